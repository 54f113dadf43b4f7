// Names what the search boxes of select2 are for: their own markup names them by what is chosen, which may be nothing.
(() => {
  const nameOf = (select) => {
    const label = select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    return (label ? label.textContent : select.getAttribute("aria-label") || select.name).trim().replace(/\s+/g, " ");
  };
  const nameAll = () => {
    for (const box of document.querySelectorAll(".select2-container .select2-selection:not([data-named])")) {
      const select = box.closest(".select2-container").previousElementSibling;
      if (!select || select.tagName !== "SELECT") continue;
      box.dataset.named = "";
      const name = nameOf(select);
      box.setAttribute("aria-label", name);
      for (const inner of box.querySelectorAll("[role=textbox], [role=searchbox]")) inner.setAttribute("aria-label", name);
    }
    for (const field of document.querySelectorAll(".select2-search__field:not([aria-label])")) {
      field.setAttribute("aria-label", document.querySelector(".select2-container--open [aria-label]")?.getAttribute("aria-label") || "?");
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    nameAll();
    new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
  });
})();
// Marks the cells of a list that hold nothing: on a phone they take no line. There the name of a column stands in its cell.
document.addEventListener("DOMContentLoaded", () => {
  for (const cell of document.querySelectorAll("#result_list tbody td")) {
    if (["", "-"].includes(cell.textContent.trim()) && !cell.querySelector("input, svg, span")) cell.classList.add("taphos-none");
  }
  for (const cell of document.querySelectorAll("td[data-label], th[data-label]")) {
    cell.dataset.label = cell.dataset.label.replace(/^./u, (letter) => letter.toUpperCase());
  }
});
// Leads to the first field that was refused: below a long form's fold, "correct the errors below" leaves one searching.
window.addEventListener("load", () => {
  const refused = document.querySelector(".errornote") && document.querySelector("#content-main [aria-invalid='true']");
  if (!refused) return;
  const boxed = refused.nextElementSibling?.matches(".select2-container") && refused.nextElementSibling.querySelector(".select2-selection");
  (boxed || refused).focus({ preventScroll: true });
  (boxed || refused).scrollIntoView({ block: "center" });
});
// Gives the field that asks for it the keyboard: the page is hidden until its script has started, so the browser's own
// autofocus comes too early, and a hand scanner would type into nothing.
document.addEventListener("alpine:initialized", () => {
  // The page appears after this event, not with it.
  setTimeout(() => {
    if (document.activeElement === document.body) document.querySelector("#content [autofocus]")?.focus();
  });
});
