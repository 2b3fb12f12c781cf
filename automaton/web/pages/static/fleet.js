// The rows of the fleet: replaced and moved one by one as they change, figures written only where one looks.
"use strict";

(() => {
  const figures = new Map(); // the latest of each row
  const seen = new Set(); // rows that are on the screen
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) seen.delete(target);
      else { seen.add(target); write(target); }
    }
  }, { rootMargin: "200px" });

  const say = (cell, text) => { if (cell && cell.textContent !== text) cell.textContent = text; };
  const write = (row) => {
    const latest = figures.get(row.id);
    if (!latest) return;
    const [memory, used, limit, cpu, players] = latest;
    say(row.cells[2].firstElementChild, memory);
    const meter = row.cells[2].querySelector("meter");
    if (meter && limit) { if (meter.max !== limit) { meter.max = limit; meter.low = limit * 0.8; meter.high = limit * 0.9; } meter.value = used ?? 0; }
    say(row.cells[3].firstElementChild, cpu);
    say(row.cells[4].firstElementChild, players);
  };

  const observe = (body) => { for (const row of body.rows) observer.observe(row); };
  const remove = (row) => { if (row) { observer.unobserve(row); seen.delete(row); figures.delete(row.id); row.remove(); } };

  const take = ({ seen: mark, anew, gone, rows }) => {
    const body = document.getElementById("rows");
    if (!body) return;
    if (anew) for (const row of [...body.rows]) remove(row);
    for (const uuid of gone) remove(document.getElementById("s-" + uuid));
    const made = document.createElement("tbody");
    made.innerHTML = rows.map((row) => row.html).join("");
    live.writeTimes(made);
    const fresh = [...made.rows];
    rows.forEach(({ id, after }, place) => {
      const row = fresh[place], old = document.getElementById("s-" + id);
      const hadFocus = old?.contains(document.activeElement);
      figures.delete(row.id);
      if (old && after === undefined) old.replaceWith(row);
      else {
        const before = after ? document.getElementById("s-" + after) : null;
        if (old) old.remove();
        if (before) before.after(row);
        else if (after === "") body.prepend(row);
        else body.append(row);
      }
      if (old) { observer.unobserve(old); seen.delete(old); }
      observer.observe(row);
      if (hadFocus) row.querySelector("a")?.focus({ preventScroll: true });
    });
    document.getElementById("view").dataset.seen = mark;
  };

  live.on("rows", take);
  live.on("figures", (content) => {
    for (const [uuid, latest] of Object.entries(content)) figures.set("s-" + uuid, latest);
    for (const row of seen) write(row);
  });

  const begin = () => {
    figures.clear();
    seen.clear();
    observer.disconnect();
    const body = document.getElementById("rows");
    if (body) observe(body);
  };
  document.addEventListener("DOMContentLoaded", begin);
  // Another choice: the stream is that of the new address.
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "view") { begin(); live.reopen(); } });
})();
