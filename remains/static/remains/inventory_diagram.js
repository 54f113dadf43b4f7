// The skeleton of an inventory sheet: bones are marked by a click or a key, and show what the rows say.
"use strict";
(() => {
  const sheet = window.taphosInventory;
  const form = document.getElementById("sheet_form");
  const bones = [...document.querySelectorAll("path[data-key]")];
  const words = form.dataset;
  const CHECKED = { whole: "true", part: "mixed", gone: "mixed", absent: "false" };
  const said = document.getElementById("sheet_said");
  let chosen = null;

  const paint = () => {
    const found = sheet.byKey();
    for (const bone of bones) {
      const rows = found.get(bone.dataset.key);
      const state = sheet.stateOf(rows);
      const several = rows && rows.length > 1;
      bone.setAttribute("class", `bone is-${state}${bone === chosen ? " is-chosen" : ""}`);
      bone.setAttribute("aria-checked", CHECKED[state]);
      const name = `${bone.dataset.name}: ${words[state]}${several ? ` (${rows.length})` : ""}`;
      bone.setAttribute("aria-label", name);
      bone.firstElementChild.textContent = name;
      number(bone, several ? rows.length : "");
    }
    document.getElementById("undo").disabled = !sheet.canUndo();
  };

  // How many specimens, written on the bone.
  const number = (bone, text) => {
    let label = bone.numberLabel;
    if (!label && text === "") {
      return;
    }
    if (!label) {
      label = document.createElementNS("http://www.w3.org/2000/svg", "text");
      label.setAttribute("class", "bones-number bones-several");
      label.setAttribute("x", bone.dataset.x);
      label.setAttribute("y", String(Number(bone.dataset.y) + (bone.dataset.named ? 11 : 0)));
      label.setAttribute("aria-hidden", "true");
      bone.parentNode.append(label);
      bone.numberLabel = label;
    }
    label.textContent = text;
  };

  const shown = (bone) => !bone.closest("[hidden]");

  const choose = (bone, { focus = false } = {}) => {
    chosen = bone;
    for (const other of bones.filter((each) => each.ownerSVGElement === bone.ownerSVGElement)) {
      other.setAttribute("tabindex", other === bone ? "0" : "-1");
    }
    if (focus) {
      bone.focus();
    }
    paint();
    sheet.tell({ chosen: bone.dataset.key, name: bone.dataset.name, paintOnly: true });
  };

  // The nearest bone in a direction; one that lies straight ahead comes before one that lies aside.
  const neighbour = (bone, dx, dy) => {
    const at = (each) => [Number(each.dataset.x), Number(each.dataset.y)];
    const [x, y] = at(bone);
    let best = null;
    let least = Infinity;
    for (const other of bones) {
      if (other === bone || other.ownerSVGElement !== bone.ownerSVGElement) {
        continue;
      }
      const [ox, oy] = at(other);
      const ahead = (ox - x) * dx + (oy - y) * dy;
      const aside = Math.abs((ox - x) * dy + (oy - y) * dx);
      if (ahead > 0.5 && ahead + 2 * aside < least) {
        least = ahead + 2 * aside;
        best = other;
      }
    }
    return best;
  };

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const LETTERS = { c: "whole", p: "part", x: "absent", Delete: "absent", Backspace: "absent" };

  const done = (bone, found) => {
    choose(bone);
    if (found.length > 1) {
      said.textContent = `${bone.dataset.name}: ${words.several} (${found.length})`;
    }
  };

  for (const svg of document.querySelectorAll(".sheet-drawing svg[role='group']")) {
    const first = svg.querySelector("path[data-key]");
    first.setAttribute("tabindex", "0");
    svg.addEventListener("click", (event) => {
      const bone = event.target.closest("path[data-key]");
      if (bone) {
        bone.focus({ preventScroll: true });
        done(bone, sheet.cycle(bone.dataset.key));
      }
    });
    svg.addEventListener("focusin", (event) => {
      const bone = event.target.closest("path[data-key]");
      if (bone && bone !== chosen) {
        choose(bone);
      }
    });
    svg.addEventListener("keydown", (event) => {
      const bone = event.target.closest("path[data-key]");
      if (!bone || event.ctrlKey || event.altKey || event.metaKey) {
        return;
      }
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (ARROWS[key]) {
        const other = neighbour(bone, ...ARROWS[key]);
        if (other) {
          choose(other, { focus: true });
        }
      } else if (key === " ") {
        done(bone, sheet.cycle(bone.dataset.key));
      } else if (LETTERS[key]) {
        done(bone, sheet.mark(bone.dataset.key, LETTERS[key]));
      } else if (key === "Enter") {
        const zone = document.querySelector("#zones input, #zones a");
        if (zone) {
          zone.focus();
        }
      } else {
        return;
      }
      event.preventDefault();
    });
  }

  document.getElementById("zones").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen) {
      chosen.focus();
    }
  });

  for (const button of document.querySelectorAll("[data-region]")) {
    button.addEventListener("click", () => {
      const state = document.querySelector("input[name=stroke]:checked").value;
      sheet.stroke(sheet.data.regions[button.dataset.region], state);
      said.textContent = `${words.marked} ${button.textContent.trim()}, ${words[state]}`;
    });
  }

  const draw = (figure) => {
    for (const part of document.querySelectorAll(".sheet [data-only]")) {
      part.hidden = part.dataset.only !== figure;
    }
    if (chosen && !shown(chosen)) {
      chosen = null;
    }
  };
  for (const choice of document.querySelectorAll("input[name=figure]")) {
    choice.addEventListener("change", () => draw(choice.value));
  }
  const young = (row) => row.element && sheet.data.elements[row.element] && (sheet.data.elements[row.element].young || /^tooth_[5-8]/.test(row.element));
  const figure = sheet.rows().some(young) ? "juvenile" : "adult";
  document.querySelector(`input[name=figure][value=${figure}]`).checked = true;
  draw(figure);

  const cohort = document.getElementById("cohort_of_new");
  cohort.append(...sheet.data.choices.cohort.map(([value, label]) => new Option(label, value)));
  cohort.addEventListener("change", () => sheet.setCohort(cohort.value));
  document.getElementById("undo").addEventListener("click", () => sheet.undo());

  sheet.listen((what) => {
    if (!what.paintOnly) {
      paint();
    }
  });
  paint();
})();
