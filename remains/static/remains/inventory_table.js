// The table of an inventory sheet: typing, pasting, the zones of the chosen bone, and what is sent.
"use strict";
(() => {
  const sheet = window.taphosInventory;
  const form = document.getElementById("sheet_form");
  const words = form.dataset;
  const body = document.getElementById("sheet_body");
  const model = document.getElementById("sheet_row");
  const said = document.getElementById("sheet_said");
  const zones = document.getElementById("zones");
  const zonesOf = document.getElementById("zones_of");
  const reason = document.getElementById("reason_field");
  const search = document.getElementById("sheet_find");
  let chosen = null;
  let unsaved = sheet.faulty;

  const cellsOf = (line) => [...line.querySelectorAll("[data-field]")];
  const selects = ["completeness", "cohort", "tooth_status"];

  // ---- from rows to the page
  const newLine = () => {
    const line = model.content.firstElementChild.cloneNode(true);
    for (const field of selects) {
      const list = line.querySelector(`[data-field=${field}]`);
      list.append(new Option("", ""), ...sheet.data.choices[field].map(([value, label]) => new Option(label, value)));
    }
    return line;
  };

  const sidesFor = (list, row) => {
    const element = sheet.data.elements[row.element];
    const allowed = sheet.data.choices.side.filter(([value]) => !element || element.sides.includes(value) || value === row.side);
    const wanted = allowed.map(([value]) => value).join();
    if (list.dataset.offered !== wanted) {
      list.dataset.offered = wanted;
      list.replaceChildren(new Option("", ""), ...allowed.map(([value, label]) => new Option(label, value)));
    }
  };

  const inWords = (row, field) => {
    if (field in row.unread) {
      return row.unread[field];
    }
    if (field === "element") {
      return row.element ? (sheet.data.elements[row.element] || { name: row.element }).name : "";
    }
    if (field === "zones") {
      const every = row.element ? sheet.zonesOf(row.element) : [];
      return every.length > 0 && every.every((zone) => row.zones.includes(zone)) ? words.all : sheet.zonesInWords(row.zones);
    }
    return row[field] === null || row[field] === undefined ? "" : String(row[field]);
  };

  const fill = (line, row, index) => {
    line.row = row;
    line.id = `line${index}`;
    const head = line.querySelector("th");
    head.textContent = row.number ? `.${row.number.split(".").pop()}` : String(index + 1);
    head.title = row.number || words.new;
    line.classList.toggle("sheet-gone", row.withdraw);
    line.classList.toggle("sheet-new", !row.id && sheet.isFilled(row));
    line.classList.toggle("sheet-changed", sheet.isChanged(row));
    for (const cell of cellsOf(line)) {
      const field = cell.dataset.field;
      cell.id = `row${index}-${field}`;
      cell.previousElementSibling.htmlFor = cell.id;
      cell.setAttribute("aria-label", `${words.row} ${row.number || index + 1}, ${cell.previousElementSibling.textContent}`);
      if (field === "side") {
        sidesFor(cell, row);
      }
      if (cell !== document.activeElement || cell.tagName === "SELECT" || cell.dataset.settled) {
        cell.value = inWords(row, field);
      }
      cell.disabled = row.withdraw;
      cell.toggleAttribute("aria-invalid", field in row.unread);
      if (field in row.unread) {
        cell.setAttribute("aria-invalid", "true");
      }
    }
    const button = line.querySelector(".sheet-remove");
    button.textContent = row.withdraw ? words.keep : row.id ? words.withdraw : words.remove;
    button.setAttribute("aria-label", `${button.textContent}: ${words.row} ${row.number || index + 1}`);
  };

  const draw = () => {
    const rows = sheet.rows();
    while (body.rows.length > rows.length) {
      body.lastElementChild.remove();
    }
    while (body.rows.length < rows.length) {
      body.append(newLine());
    }
    rows.forEach((row, index) => fill(body.rows[index], row, index));
    const filled = rows.filter(sheet.isFilled);
    const gone = rows.filter((row) => row.withdraw).length;
    const counts = { rows: filled.length, added: filled.filter((row) => !row.id).length, changed: rows.filter(sheet.isChanged).length, gone };
    document.getElementById("sheet_counts").textContent = words.counts.replace(/\{(\w+)\}/g, (_all, name) => counts[name]);
    reason.hidden = gone === 0;
    sift();
  };

  const sift = () => {
    const word = search.value.trim().toLowerCase();
    for (const line of body.rows) {
      const text = `${line.row.number} ${cellsOf(line).slice(0, 2).map((cell) => cell.value).join(" ")}`.toLowerCase();
      line.hidden = Boolean(word) && sheet.isFilled(line.row) && !text.includes(word);
    }
  };
  search.addEventListener("input", sift);

  // ---- from the page to rows
  const read = (row, field, text) => {
    delete row.unread[field];
    const typed = text.trim();
    const failed = () => {
      row.unread[field] = typed;
      return false;
    };
    if (field === "element") {
      const code = typed ? sheet.elementIn(typed) : null;
      row.element = code;
      if (typed && !code) {
        return failed();
      }
      const sides = code ? sheet.data.elements[code].sides : [];
      if (sides.length === 1) {
        [row.side] = sides;
      } else if (code && row.side && !sides.includes(row.side)) {
        row.side = null;
      }
      if (code) {
        row.zones = row.zones.filter((zone) => sheet.zonesOf(code).includes(zone));
      }
    } else if (field === "zones") {
      const found = sheet.zonesIn(typed, row.element, words.all);
      row.zones = found || [];
      if (!found || (row.element && found.some((zone) => !sheet.zonesOf(row.element).includes(zone)))) {
        row.zones = [];
        return failed();
      }
    } else if (sheet.data.choices[field]) {
      const sides = field === "side" && row.element ? sheet.data.elements[row.element].sides : [];
      const only = sides.length === 1 ? sides[0] : null; // a bone of the middle has its side without a word
      row[field] = typed ? sheet.choiceIn(field, typed) : only;
      if (typed && !row[field]) {
        return failed();
      }
    } else {
      row[field] = typed || null;
    }
    return true;
  };

  const complain = (unread) => {
    said.textContent = unread.join(" ");
    said.classList.toggle("remains-error", unread.length > 0);
  };
  const SHOWN = 4;
  const because = (field, text) => {
    const found = field === "element" ? sheet.couldBe(text) : [];
    const more = found.length > SHOWN ? " …" : "";
    return found.length > 0 ? `“${text}” ${words.couldBe} ${found.slice(0, SHOWN).join(", ")}${more}.` : `“${text}” ${words.unknown}.`;
  };
  const notKnown = (cell, text) => `${cell.getAttribute("aria-label")}: ${because(cell.dataset.field, text)}`;

  body.addEventListener("change", (event) => {
    const cell = event.target;
    const line = cell.closest("tr");
    if (!line || !cell.dataset.field) {
      return;
    }
    sheet.keep();
    const text = cell.value;
    const known = read(line.row, cell.dataset.field, text);
    cell.dataset.settled = "1";
    complain(known ? [] : [notKnown(cell, text.trim())]);
    sheet.tell({ key: sheet.keyOf(line.row), row: line.row });
    delete cell.dataset.settled;
  });

  body.addEventListener("click", (event) => {
    if (!event.target.matches(".sheet-remove")) {
      return;
    }
    const { row } = event.target.closest("tr");
    sheet.keep();
    if (row.id) {
      row.withdraw = !row.withdraw;
    } else {
      sheet.drop(row);
    }
    sheet.tell({});
  });

  body.addEventListener("focusin", (event) => {
    const line = event.target.closest("tr");
    if (line && line.row.element) {
      show(sheet.keyOf(line.row), line.row);
    }
  });

  const goTo = (index, field) => {
    if (index < 0) {
      return;
    }
    if (index >= sheet.rows().length && sheet.add({})) {
      draw();
    }
    const cell = document.getElementById(`row${index}-${field}`);
    if (cell) {
      cell.focus();
      if (cell.select) {
        cell.select();
      }
    }
  };

  // After cells filled by Tab, Enter begins the next row where this one was begun, as in a spreadsheet.
  let begun = null;
  body.addEventListener("pointerdown", () => {
    begun = null;
  });
  body.addEventListener("keydown", (event) => {
    const line = event.target.closest("tr");
    if (event.key === "Tab" && !event.shiftKey && event.target.dataset.field && begun?.line !== line) {
      begun = { line, field: event.target.dataset.field };
    }
    if (event.key !== "Enter" || !event.target.dataset.field || event.isComposing) {
      return;
    }
    event.preventDefault();
    if (event.ctrlKey) {
      event.target.blur();
      form.requestSubmit();
      return;
    }
    const index = sheet.rows().indexOf(line.row);
    const field = begun?.line === line ? begun.field : event.target.dataset.field;
    begun = null;
    event.target.blur();
    goTo(index + (event.shiftKey ? -1 : 1), field);
  });

  // ---- rows of a spreadsheet
  const quoted = /^"(?:[^"]|"")*"$/;
  const table = (text) =>
    text
      .replace(/\r\n?/g, "\n")
      .replace(/\n+$/, "")
      .split("\n")
      .map((line) => line.split("\t").map((part) => (quoted.test(part) ? part.slice(1, -1).replaceAll('""', '"') : part)));

  body.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    const start = event.target;
    if (!start.dataset.field || (!/[\t\n]/.test(text.trimEnd()) && start.tagName !== "SELECT")) {
      return;
    }
    event.preventDefault();
    sheet.keep();
    const first = sheet.rows().indexOf(start.closest("tr").row);
    const column = sheet.fields.indexOf(start.dataset.field);
    const unread = [];
    let count = 0;
    let full = false;
    for (const [offset, parts] of table(text).entries()) {
      const row = sheet.rows()[first + offset] || sheet.add({});
      if (!row) {
        full = true;
        break;
      }
      count += 1;
      parts.forEach((part, at) => {
        const field = sheet.fields[column + at];
        if (field && !read(row, field, part)) {
          unread.push(`${words.row} ${first + offset + 1}: ${because(field, part.trim())}`);
        }
      });
    }
    start.dataset.settled = "1";
    sheet.tell({});
    delete start.dataset.settled;
    complain([`${words.pasted} ${count}.`, ...(full ? [words.most] : []), ...unread]);
    said.classList.toggle("remains-error", unread.length > 0 || full);
  });

  // ---- the zones of one specimen
  const show = (key, row) => {
    chosen = { key, row };
    const found = sheet.byKey().get(key) || [];
    const one = row && found.includes(row) ? row : found.length === 1 ? found[0] : null;
    const [code] = key.split(".");
    const element = sheet.data.elements[code];
    zones.replaceChildren();
    if (!element) {
      zonesOf.textContent = words.nothing;
      return;
    }
    const bone = document.querySelector(`path[data-key="${key}"]`);
    const name = bone ? bone.dataset.name : element.name;
    if (!one && found.length === 0) {
      zonesOf.textContent = `${name}: ${words.notThere}`;
      return;
    }
    if (!one) {
      zonesOf.textContent = `${name}: ${words.several} (${found.length})`;
      found.forEach((each) => {
        const index = sheet.rows().indexOf(each);
        const link = document.createElement("a");
        link.href = `#row${index}-zones`;
        link.textContent = `${words.row} ${each.number || index + 1}`;
        link.addEventListener("click", (event) => {
          event.preventDefault();
          goTo(index, "zones");
        });
        zones.append(link);
      });
      return;
    }
    const state = sheet.stateOf([one]);
    zonesOf.textContent = `${name}${one.number ? ` (${one.number})` : ""}: ${words[state]}`;
    if (state === "gone" || element.zones.length === 0) {
      zonesOf.textContent += element.zones.length === 0 ? `. ${words.noZones}` : "";
      return;
    }
    for (const [number, label] of element.zones) {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = one.zones.includes(number);
      box.addEventListener("change", () => {
        sheet.keep();
        one.zones = box.checked ? [...one.zones, number].sort((a, b) => a - b) : one.zones.filter((zone) => zone !== number);
        if (one.completeness === "complete" && !box.checked) {
          one.completeness = null;
        }
        delete one.unread.zones;
        sheet.tell({ key, row: one, zonesOnly: true });
        zonesOf.textContent = `${name}: ${words[sheet.stateOf([one])]}`;
      });
      const label_ = document.createElement("label");
      label_.append(box, ` ${number} ${label}`);
      zones.append(label_);
    }
  };

  sheet.listen((what) => {
    if (what.chosen) {
      show(what.chosen, null);
      return;
    }
    unsaved = true;
    draw();
    if (!what.zonesOnly && (what.key || chosen)) {
      show(what.key || chosen.key, what.row || null);
    }
  });

  document.getElementById("sheet_more").addEventListener("click", () => {
    const first = sheet.rows().length;
    for (let added = 0; added < 10; added += 1) {
      sheet.add({});
    }
    draw();
    goTo(first, "element");
  });

  // ---- sending
  form.addEventListener("submit", (event) => {
    const wrong = body.querySelector("[aria-invalid=true]");
    if (wrong) {
      event.preventDefault();
      wrong.focus();
      complain([notKnown(wrong, wrong.value)]);
      return;
    }
    const field = document.getElementById("sheet_reason");
    if (!reason.hidden && !field.value.trim()) {
      event.preventDefault();
      field.focus();
      return;
    }
    const sent = sheet.rows().filter(sheet.isFilled).map(({ unread, ...row }) => row);
    document.getElementById("sheet_rows").value = JSON.stringify(sent);
    unsaved = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) {
      event.preventDefault();
    }
  });

  document.getElementById("elements").append(...Object.values(sheet.data.elements).map((element) => new Option(element.name, element.name)));
  while (sheet.rows().filter((row) => !sheet.isFilled(row)).length < 3 && sheet.add({})) {
    // a few empty rows to type into
  }
  draw();
  for (const fault of sheet.data.faults) {
    const cell = fault.row === null ? null : document.getElementById(`row${fault.row}-${fault.field}`);
    if (cell) {
      cell.classList.add("sheet-fault");
      cell.title = fault.what;
      cell.closest("tr").classList.add("remains-bad-row");
    }
  }
  const faults = document.getElementById("faults");
  if (faults) {
    faults.focus();
  }
})();
