// Keeps a page as it is now: takes patches of its regions, and writes times in the viewer's zone.
// Everything here is for those who have JavaScript; without it the page is the same, as it was when it was loaded.
"use strict";

(() => {
  const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
  const hour = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

  const span = (seconds) => {
    const units = [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]];
    const found = [];
    for (const [unit, length] of units) {
      const amount = Math.floor(seconds / length);
      seconds -= amount * length;
      if (amount || found.length) found.push(amount ? amount + unit : "");
    }
    return found.slice(0, 2).filter(Boolean).join(" ") || "0s";
  };

  const isToday = (at, now) => new Date(at).toDateString() === new Date(now).toDateString();
  const write = (time, now) => {
    const at = Date.parse(time.dateTime);
    if (Number.isNaN(at)) return;
    const form = time.dataset.form;
    let text;
    if (form === "ago") text = at <= now ? span(Math.round((now - at) / 1000)) + " ago" : "in " + span(Math.round((at - now) / 1000));
    else if (form === "age") text = span(Math.max(0, Math.round((now - at) / 1000)));
    else text = (form === "date" ? date : isToday(at, now) ? hour : clock).format(at);
    // There may be thousands: what is the same is not written again, and a title is made when it is asked for.
    if (time.textContent !== text) time.textContent = text;
  };

  const writeTimes = (within, forms = null) => {
    const now = Date.now();
    for (const time of within.querySelectorAll("time[data-form]")) if (!forms || forms.includes(time.dataset.form)) write(time, now);
  };

  // What somebody is about to use is not taken from under his hand.
  const isInUse = (element) => {
    const focused = document.activeElement;
    if (focused && element.contains(focused) && focused.matches("input, select, textarea")) return true;
    const selection = document.getSelection();
    return !!selection && !selection.isCollapsed && element.contains(selection.anchorNode);
  };

  // How many incidents are open shows in the tab, too.
  const title = document.title;
  const countInTitle = () => {
    const count = document.querySelector("#open-now .count")?.firstChild.data;
    document.title = count ? `(${count}) ${title}` : title;
  };

  // The latest of each region that had to wait for him: the server sends it once.
  const waiting = new Map();
  const patch = (id, html) => {
    const element = document.getElementById(id);
    if (!element) return;
    if (isInUse(element)) { waiting.set(id, html); return; }
    waiting.delete(id);
    const opened = [...element.querySelectorAll("details[open][id]")].map((one) => one.id);
    const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
    element.innerHTML = html;
    for (const one of opened) document.getElementById(one)?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    writeTimes(element);
    window.htmx?.process(element);
    if (id === "open-now") countInTitle();
    element.dispatchEvent(new CustomEvent("live:patched", { bubbles: true }));
  };

  // Other files of a page take their own events: live.on("rows", (content) => …).
  const takers = new Map([["patch", (content) => { for (const [id, html] of Object.entries(content)) patch(id, html); }]]);
  window.live = {
    on: (name, take) => { takers.set(name, take); source && listen(name); },
    reopen: () => { close(); open(); }, // after the address has changed
    writeTimes, patch,
  };

  let source = null, lostAt = 0;
  const listen = (name) => source.addEventListener(name, (event) => takers.get(name)(JSON.parse(event.data)));
  const open = () => {
    if (source || document.hidden || !document.querySelector("main[data-live]")) return;
    const seen = document.querySelector("[data-seen]")?.dataset.seen;
    source = new EventSource("/live?page=" + encodeURIComponent(location.pathname + location.search) + (seen ? "&seen=" + seen : ""));
    for (const name of takers.keys()) listen(name);
    source.onopen = () => { lostAt = 0; }; // the first patch says what the trouble is now, or that there is none
    source.addEventListener("end", (event) => {
      close();
      if (JSON.parse(event.data).signed_out) location.reload(); // to the form that says so
      else setTimeout(open, 5000);
    });
    source.onerror = () => {
      // Signed out, or the daemon is away: tried again by us, for what was seen by now is not what was first.
      close();
      lostAt ||= Date.now();
      setTimeout(check, 3000);
    };
  };
  // What stands still looks as if all were well. A restart or a change of network is over before this is said.
  const LOST_FOR = 5000;
  const tellLost = () => {
    const trouble = document.getElementById("trouble");
    if (!lostAt || !trouble || Date.now() - lostAt < LOST_FOR) return;
    const told = `Not up to date since ${hour.format(lostAt)}: no news comes, and automaton is asked again`;
    if (trouble.textContent !== told) trouble.textContent = told;
  };
  const close = () => { source?.close(); source = null; };
  const check = async () => {
    try {
      const answer = await fetch("/live?page=/", { method: "HEAD", redirect: "manual" });
      if (answer.status === 401) { location.reload(); return; }
    } catch { /* nobody is there: tried again */ }
    open();
  };

  const catchUp = () => { if (waiting.size) setTimeout(() => { for (const [id, html] of [...waiting]) patch(id, html); }); };
  document.addEventListener("focusout", catchUp);
  document.addEventListener("selectionchange", catchUp);
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  document.addEventListener("DOMContentLoaded", () => {
    writeTimes(document);
    countInTitle();
    open();
    const here = document.querySelector(".top nav [aria-current]"), nav = here?.parentElement; // on a telephone it may be out of sight
    if (nav) nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
  });
  // `/` leads to the field that finds, as on many pages; never from where somebody types.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea, [contenteditable]")) return;
    const field = document.querySelector("main [aria-keyshortcuts='/']");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  document.addEventListener("pointerover", (event) => {
    const time = event.target.closest?.("time[data-form]");
    if (time && !time.title) time.title = clock.format(Date.parse(time.dateTime));
  }, { passive: true });
  document.addEventListener("htmx:afterSwap", (event) => writeTimes(event.target));
  document.addEventListener("htmx:afterSettle", countInTitle); // htmx sets the title of what it loaded
  setInterval(() => { writeTimes(document, ["ago", "age"]); tellLost(); }, 1000);
})();
