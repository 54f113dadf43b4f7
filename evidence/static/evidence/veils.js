// One button for all veiled pictures of a page. Each can be shown by itself without this.
document.addEventListener("DOMContentLoaded", () => {
  const bar = document.querySelector("[data-veils]");
  const veils = document.querySelectorAll("details.evidence-veil");
  if (!bar || !veils.length) return;
  bar.hidden = false;
  const button = bar.querySelector("button");
  button.addEventListener("click", () => {
    const show = button.getAttribute("aria-pressed") !== "true";
    veils.forEach((veil) => { veil.open = show; });
    button.setAttribute("aria-pressed", String(show));
    button.textContent = show ? button.dataset.hide : button.dataset.show;
  });
});
