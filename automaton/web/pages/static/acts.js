// Forms that say what became of them beside themselves, without loading the page anew. Without this they do that.
"use strict";

(() => {
  const send = async (form) => {
    const said = form.querySelector("output.outcome"), button = form.querySelector("button");
    button.disabled = true;
    said.className = "outcome soft";
    said.textContent = "…";
    try {
      const answer = await fetch(form.action, {
        method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form)),
      });
      const told = await answer.json();
      said.className = "outcome " + (answer.ok ? { done: "ok", refused: "critical" }[told.kind] || "warning" : "critical");
      said.textContent = answer.ok ? told.text : told.problem;
      return answer.ok && told.kind === "done";
    } catch {
      said.className = "outcome warning";
      said.textContent = "nobody knows what became of it: the page does not answer";
      return false;
    } finally {
      button.disabled = false;
    }
  };

  // The commands of this tab, as a shell has them: up and down go through them.
  const KEPT = 50;
  const history = (input) => {
    const place = "commands " + location.pathname;
    let typed = [], at = 0;
    try { typed = JSON.parse(sessionStorage.getItem(place) || "[]"); } catch { /* none */ }
    at = typed.length;
    input.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
      at = Math.max(0, Math.min(typed.length, at + (event.key === "ArrowUp" ? -1 : 1)));
      input.value = typed[at] ?? "";
      event.preventDefault();
    });
    return (command) => {
      if (typed.at(-1) !== command) typed = [...typed, command].slice(-KEPT);
      at = typed.length;
      try { sessionStorage.setItem(place, JSON.stringify(typed)); } catch { /* full, or forbidden */ }
    };
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const form of document.querySelectorAll("form[data-inline]")) {
      const input = form.querySelector("input[name=command]"), remember = input ? history(input) : () => {};
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const command = input?.value;
        if (command) remember(command);
        if (await send(form) && input && input.value === command) input.value = "";
        input?.focus();
      });
    }
  });
})();
