// Offers the published methods that fit the question and the subject, asks for the scores of the chosen one and fills
// the interval in that it gives. What is saved is worked out again by the server.
"use strict";
(() => {
  const SUBJECTS = ["find", "site", "specimen", "individual"];

  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    Object.assign(made, attributes);
    made.append(...children);
    return made;
  };

  const fill = (name, value) => {
    const field = document.getElementById(`id_${name}`);
    if (field && field.value !== value) {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  class Scores {
    constructor(place) {
      this.place = place;
      this.stored = document.getElementById(place.dataset.scores);
      this.choice = document.getElementById("id_method_code");
      this.unverified = document.getElementById("id_unverified");
      this.words = JSON.parse(place.dataset.words);
      this.known = JSON.parse(place.dataset.known);
      this.none = this.choice.options[0].text;
      this.methods = [];
      this.offered = 0;
      this.worked = 0;
      this.fields = element("div", { className: "remains-scores-fields" });
      this.said = element("p", { className: "remains-scores-said" });
      this.about = element("p", { className: "remains-hint" });
      this.withheld = element("details", { className: "remains-hint" });
      place.append(this.about, this.fields, this.said, this.withheld);
    }

    asked() {
      const about = new URLSearchParams(this.known);
      const kind = document.querySelector("input[name='kind']:checked");
      if (kind) {
        about.set("kind", kind.value);
      }
      for (const name of SUBJECTS) {
        const field = document.getElementById(`id_${name}`);
        if (field && field.value) {
          about.set(name, field.value);
        }
      }
      return about;
    }

    scores() {
      try {
        return JSON.parse(this.stored.value || "{}") || {};
      } catch {
        return {};
      }
    }

    method() {
      return this.methods.find((method) => method.code === this.choice.value);
    }

    async offer() {
      const about = this.asked();
      about.set("unverified", this.unverified && this.unverified.checked ? "1" : "0");
      const turn = ++this.offered;
      const answer = await fetch(`${this.place.dataset.methods}?${about}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || turn !== this.offered) {
        return;
      }
      const found = await answer.json();
      const kept = this.choice.value;
      this.methods = found.methods;
      this.choice.replaceChildren(new Option(this.none, ""));
      for (const { code, label } of found.methods) {
        this.choice.add(new Option(label, code, false, code === kept));
      }
      this.withheld.replaceChildren(
        element("summary", { textContent: `${this.words.withheld} (${found.withheld.length})` }),
        ...found.withheld.map(({ label, why }) => element("p", {}, `${label}: ${why}`)),
      );
      this.withheld.hidden = found.withheld.length === 0;
      if (this.choice.value !== kept) {
        this.stored.value = "";
      }
      this.choice.dispatchEvent(new Event("change", { bubbles: true }));
    }

    draw() {
      const method = this.method();
      const scored = this.scores();
      this.fields.replaceChildren();
      this.said.textContent = "";
      this.said.classList.remove("remains-error");
      this.about.textContent = method ? method.about : this.words.noMethod;
      if (!method) {
        this.stored.value = "";
        return;
      }
      for (const item of method.items) {
        this.fields.append(this.field(item, scored[item.name] || ""));
      }
      this.collect();
    }

    field(item, value) {
      const id = `score_${item.name}`;
      const label = element("label", { htmlFor: id, textContent: item.label });
      let input;
      if (item.choices.length) {
        input = element("select", { id, className: "remains-input" });
        const only = item.choices.length === 1 && item.required;
        if (!only) {
          input.add(new Option(this.words.choose, ""));
        }
        for (const choice of item.choices) {
          input.add(new Option(choice.label, choice.value, false, choice.value === value));
        }
      } else {
        input = element("input", { id, className: "remains-input", type: "text", inputMode: "decimal", value });
      }
      input.required = item.required;
      input.dataset.item = item.name;
      input.addEventListener("input", () => this.collect());
      return element("div", { className: "remains-field" }, label, input);
    }

    collect() {
      const inputs = [...this.fields.querySelectorAll("[data-item]")];
      const told = inputs.filter((input) => input.value.trim());
      this.stored.value = told.length
        ? JSON.stringify(Object.fromEntries(told.map((input) => [input.dataset.item, input.value.trim()])))
        : "";
      if (told.length && inputs.every((input) => !input.required || input.value.trim())) {
        this.work();
      } else {
        this.worked += 1;
        this.said.textContent = "";
      }
    }

    async work() {
      const about = this.asked();
      about.set("method_code", this.choice.value);
      about.set("scored", this.stored.value);
      const turn = ++this.worked;
      const answer = await fetch(`${this.place.dataset.apply}?${about}`, { headers: { Accept: "application/json" } });
      if (turn !== this.worked) {
        return;
      }
      const found = answer.ok ? await answer.json() : { refusal: this.words.unreachable };
      this.said.classList.toggle("remains-error", "refusal" in found);
      if ("refusal" in found) {
        this.said.textContent = found.refusal;
        return;
      }
      const meaning = found.meaning ? `: ${found.meaning}` : "";
      this.said.replaceChildren(element("strong", {}, found.says), [`${meaning}.`, ...found.warnings].join(" "));
      for (const [name, value] of Object.entries(found.fills)) {
        fill(name, value);
      }
    }
  }

  window.addEventListener("DOMContentLoaded", () => {
    const place = document.querySelector("[data-scores]");
    if (!place || !document.getElementById("id_method_code")) {
      return;
    }
    const scores = new Scores(place);
    scores.choice.addEventListener("change", () => scores.draw());
    for (const kind of document.querySelectorAll("input[name='kind']")) {
      kind.addEventListener("change", () => scores.offer());
    }
    if (scores.unverified) {
      scores.unverified.addEventListener("change", () => scores.offer());
    }
    for (const name of SUBJECTS) {
      const field = document.getElementById(`id_${name}`);
      if (field) {
        // Select2 tells of a choice through jQuery only.
        window.django.jQuery(field).on("change", () => scores.offer());
      }
    }
    scores.offer();
  });
})();
