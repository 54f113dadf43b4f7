// Gives the search-as-you-type lists the name of their field: Select2 announces the chosen value only.
"use strict";
(() => {
  const name = (shown) => {
    const select = shown.previousElementSibling;
    const label = select && select.id && document.querySelector(`label[for="${select.id}"]`);
    if (!label) {
      return;
    }
    label.id = label.id || `${select.id}_label`;
    const value = shown.querySelector(".select2-selection__rendered");
    for (const part of shown.querySelectorAll("[role='combobox'], [role='textbox']")) {
      part.setAttribute("aria-labelledby", value ? `${label.id} ${value.id}` : label.id);
    }
  };

  // The lists come at their own time, some of them twice.
  const nameAll = () => document.querySelectorAll("select + .select2-container").forEach(name);
  new MutationObserver(nameAll).observe(document, { childList: true, subtree: true });
})();
