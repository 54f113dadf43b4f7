// Offers the contexts of the chosen site only, and says which number its next find will get.
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
})();
