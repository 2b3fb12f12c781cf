// The live console: lines as text, never as HTML; they stand still while one reads further up.
"use strict";

(() => {
  const MOST = 1000; // lines in the page
  let box, state, down, find, source = null, missed = 0;

  const span = (name, text) => {
    const made = document.createElement("span");
    made.className = name;
    made.textContent = text;
    return made;
  };

  // What nobody sees, or what turns the text around it, is shown as an escape: as the server does.
  const visible = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, (one) => "\\u" + one.codePointAt(0).toString(16).padStart(4, "0"));

  const made = (row) => {
    const line = document.createElement("div");
    line.className = "l";
    if (row.note || row.end) {
      line.classList.add("note-line");
      line.textContent = row.note || row.end;
      return line;
    }
    const when = new Date(row.at * 1000);
    line.title = when.toLocaleString();
    line.append(span("src " + row.source, row.source), span("words", visible(row.text || "")));
    if (row.rules?.length) {
      line.classList.add("matched");
      for (const rule of row.rules) {
        const link = document.createElement("a");
        link.className = "by";
        link.href = "/rules/" + encodeURIComponent(rule);
        link.textContent = rule;
        line.append(" ", link);
      }
    }
    return line;
  };

  const isAtEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < 24;
  const hide = (line) => { line.hidden = !!find.value && !line.textContent.toLowerCase().includes(find.value.toLowerCase()); };
  const follow = () => { box.scrollTop = box.scrollHeight; missed = 0; down.hidden = true; };

  const take = (rows, anew) => {
    const stays = !anew && !isAtEnd();
    if (anew) box.replaceChildren();
    box.querySelector(".waiting")?.remove();
    const lines = rows.map(made);
    lines.forEach(hide);
    box.append(...lines);
    while (box.childElementCount > MOST) box.firstElementChild.remove();
    if (!stays) { follow(); return; }
    missed += rows.length;
    down.textContent = missed + (missed === 1 ? " new line" : " new lines") + " below";
    down.hidden = false;
  };

  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(document.getElementById("console").dataset.events);
    state.textContent = "connecting …";
    source.onopen = () => { state.textContent = "live"; };
    source.addEventListener("all", (event) => take(JSON.parse(event.data), true));
    source.addEventListener("lines", (event) => take(JSON.parse(event.data), false));
    source.addEventListener("end", () => { close("ended: this page was opened too often, or you were signed out"); });
    source.onerror = () => {
      state.textContent = "not live: trying again …";
      if (source.readyState === EventSource.CLOSED) { close("not live"); setTimeout(open, 5000); }
    };
  };
  const close = (why) => { source?.close(); source = null; state.textContent = why; };

  document.addEventListener("DOMContentLoaded", () => {
    box = document.getElementById("console-lines");
    if (!box) return;
    state = document.getElementById("console-state");
    down = document.getElementById("console-down");
    find = document.getElementById("console-find");
    for (const one of document.querySelectorAll("#console .needs-script")) one.hidden = false;
    const wrap = document.getElementById("console-wrap");
    wrap.addEventListener("change", () => box.classList.toggle("unwrapped", !wrap.checked));
    find.addEventListener("input", () => { for (const line of box.children) hide(line); if (!find.value) follow(); });
    box.addEventListener("scroll", () => { if (isAtEnd()) follow(); });
    down.addEventListener("click", () => { follow(); box.focus(); });
    document.addEventListener("visibilitychange", () => (document.hidden ? close("stands still while nobody looks") : open()));
    window.addEventListener("pagehide", () => close(""));
    follow();
    open();
  });
})();
