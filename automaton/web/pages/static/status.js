// The public page as it is now, once a minute while somebody looks. It moves nobody who reads or selects.
"use strict";

setInterval(async () => {
  if (document.hidden || !document.getSelection().isCollapsed) return;
  try {
    const answer = await fetch("/status", { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
    const main = document.getElementById("main");
    if (!fresh || !main) return;
    main.replaceWith(fresh);
    live.writeTimes(fresh);
  } catch { /* nobody is there: tried again */ }
}, 60000);
