// Offers the contexts of the chosen site only, says which number its next find will get, and shortens the way through a
// series of finds by keyboard.
"use strict";
(() => {
  const load = async (site, context) => {
    const said = document.getElementById("number_to_come");
    const kept = context.value;
    context.replaceChildren(new Option(context.dataset.emptyLabel, ""));
    if (!site) {
      return;
    }
    const answer = await fetch(`${context.dataset.contextsOfSite}?site=${encodeURIComponent(site)}`, {
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) {
      return;
    }
    const found = await answer.json();
    for (const { id, text } of found.contexts) {
      context.add(new Option(text, id, false, id === kept));
    }
    if (said) {
      said.textContent = found.number;
    }
  };

  window.addEventListener("DOMContentLoaded", () => {
    const context = document.querySelector("select[data-contexts-of-site]");
    const site = document.getElementById("id_site");
    if (!context || !site) {
      return;
    }
    // Select2 tells of a choice through jQuery only.
    window.django.jQuery(site).on("change", () => load(site.value, context));
  });

  // Control and Enter save and open the next form.
  document.addEventListener("keydown", (event) => {
    const next = document.querySelector("button[name='_addanother']");
    if (next && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      next.click();
    }
  });

  window.addEventListener("load", () => {
    const next = document.querySelector("button[name='_addanother']");
    if (next) {
      next.setAttribute("aria-keyshortcuts", "Control+Enter");
      next.title = "Ctrl + Enter";
    }
    // Where the site is known, a new form begins at the first thing that differs from find to find.
    const form = document.getElementById("find_form");
    const site = document.getElementById("id_site");
    const category = document.getElementById("id_category");
    if (form && site && site.value && category && !category.value && !form.querySelector(".errors, .errorlist")) {
      category.focus();
    }
  });
})();
