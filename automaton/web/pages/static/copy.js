// Copies what stands in a field: <button data-copy="ID" hidden>. Without a clipboard there is no button.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) {
  const said = button.innerHTML;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      // Beyond the loopback a page without TLS has no clipboard of its own.
      if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
      else document.execCommand("copy");
      button.textContent = "Copied";
    } catch { button.textContent = "Selected: copy it by hand"; }
    setTimeout(() => { button.innerHTML = said; }, 2000);
  });
}
