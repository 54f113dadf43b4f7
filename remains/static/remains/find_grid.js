// The grid: moving by keyboard, rows pasted from a spreadsheet, more rows, and on a phone only the rows in use.
"use strict";
(() => {
  const form = document.getElementById("grid_form");
  const body = document.querySelector("#grid tbody");
  const blank = document.getElementById("grid_blank");
  const count = document.getElementById("grid_rows");
  const said = document.getElementById("grid_said");
  const most = Number(form.dataset.mostRows);
  let changed = false;

  const cellsOf = (row) => [...row.querySelectorAll("td input, td select")];
  const rows = () => [...body.rows];
  const isFilled = (row) => cellsOf(row).some((cell) => cell.value.trim() !== "");

  const addRow = () => {
    const number = body.rows.length + 1;
    if (number > most) {
      return null;
    }
    const row = blank.content.firstElementChild.cloneNode(true);
    row.dataset.row = String(number);
    row.querySelector(".remains-row-number").textContent = String(number);
    for (const part of row.querySelectorAll("[id], [name], [for], [aria-label]")) {
      for (const name of ["id", "name", "for"]) {
        const value = part.getAttribute(name);
        if (value) {
          part.setAttribute(name, value.replace("row0-", `row${number}-`));
        }
      }
      const label = part.getAttribute("aria-label");
      if (label) {
        part.setAttribute("aria-label", label.replace("0", String(number)));
      }
    }
    body.append(row);
    count.value = String(number);
    return row;
  };

  // On a phone rows are cards; cards that nobody needs yet would only be scrolled past.
  const hideSpare = () => {
    let spare = 0;
    for (const row of rows()) {
      spare = isFilled(row) ? 0 : spare + 1;
      row.classList.toggle("remains-spare", spare > 1);
    }
  };

  const goTo = (rowIndex, columnIndex) => {
    if (rowIndex < 0 || columnIndex < 0) {
      return false;
    }
    const row = body.rows[rowIndex] || addRow();
    const cell = row && cellsOf(row)[columnIndex];
    if (!cell) {
      return false;
    }
    row.classList.remove("remains-spare");
    cell.focus();
    if (cell.select) {
      cell.select();
    }
    return true;
  };

  const placeOf = (cell) => {
    const row = cell.closest("tr");
    return [rows().indexOf(row), cellsOf(row).indexOf(cell)];
  };

  const atEdge = (cell, forward) => {
    if (cell.tagName === "SELECT") {
      return true;
    }
    const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    const edge = forward ? cell.value.length : 0;
    return whole || (cell.selectionStart === edge && cell.selectionEnd === edge);
  };

  body.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cell.matches("td input, td select") || event.altKey || event.isComposing) {
      return;
    }
    const [row, column] = placeOf(cell);
    const list = cell.tagName === "SELECT" && !event.ctrlKey;
    let moved = false;
    if (event.key === "Enter") {
      if (event.ctrlKey) {
        event.preventDefault();
        form.requestSubmit();
        return;
      }
      moved = goTo(row + (event.shiftKey ? -1 : 1), column) || true;
    } else if (event.key === "ArrowDown" && !list) {
      moved = goTo(row + 1, column);
    } else if (event.key === "ArrowUp" && !list) {
      moved = goTo(row - 1, column);
    } else if (event.key === "ArrowRight" && !event.shiftKey && atEdge(cell, true)) {
      moved = goTo(row, column + 1) || cell.tagName === "SELECT";
    } else if (event.key === "ArrowLeft" && !event.shiftKey && atEdge(cell, false)) {
      moved = goTo(row, column - 1) || cell.tagName === "SELECT";
    }
    if (moved) {
      event.preventDefault();
    }
  });

  const accept = (cell) => {
    cell.removeAttribute("aria-invalid");
    delete cell.dataset.unknown;
  };

  const folded = (text) => text.trim().toLowerCase();

  // Puts a pasted text into a cell; false when a list has no such choice.
  const fill = (cell, text) => {
    accept(cell);
    if (cell.tagName !== "SELECT") {
      cell.value = text.trim();
      return true;
    }
    const wanted = folded(text);
    const choice = [...cell.options].find(
      (option) => folded(option.value) === wanted || folded(option.text) === wanted,
    );
    cell.value = choice ? choice.value : "";
    return Boolean(choice);
  };

  const quoted = /^"(?:[^"]|"")*"$/;
  const table = (text) =>
    text
      .replace(/\r\n?/g, "\n")
      .replace(/\n+$/, "")
      .split("\n")
      .map((line) => line.split("\t").map((part) => (quoted.test(part) ? part.slice(1, -1).replaceAll('""', '"') : part)));

  body.addEventListener("paste", (event) => {
    const start = event.target;
    const text = event.clipboardData.getData("text/plain");
    if (!start.matches("td input, td select") || (!/[\t\n]/.test(text.trimEnd()) && start.tagName !== "SELECT")) {
      return;
    }
    event.preventDefault();
    const [firstRow, firstColumn] = placeOf(start);
    const pasted = table(text);
    const unknown = [];
    let left = 0;
    pasted.forEach((parts, index) => {
      const row = body.rows[firstRow + index] || addRow();
      if (!row) {
        left += 1;
        return;
      }
      const cells = cellsOf(row);
      parts.forEach((part, offset) => {
        const cell = cells[firstColumn + offset];
        if (cell && !fill(cell, part) && part.trim()) {
          cell.setAttribute("aria-invalid", "true");
          cell.dataset.unknown = part.trim();
          unknown.push(`${cell.getAttribute("aria-label")}: “${part.trim()}” ${said.dataset.unknown}`);
        }
      });
    });
    const told = [`${said.dataset.pasted} ${pasted.length - left}.`];
    if (left) {
      told.push(`${said.dataset.cut} ${left}.`);
    }
    said.textContent = [...told, ...unknown].join(" ");
    said.classList.toggle("remains-error", unknown.length > 0 || left > 0);
    changed = true;
    hideSpare();
  });

  body.addEventListener("input", (event) => {
    accept(event.target);
    changed = true;
    hideSpare();
  });

  document.getElementById("grid_more").addEventListener("click", () => {
    const first = body.rows.length;
    for (let added = 0; added < 10; added += 1) {
      addRow();
    }
    hideSpare();
    goTo(first, 0);
  });

  // What was pasted and not understood must not get lost on the way.
  form.addEventListener("submit", (event) => {
    const unknown = body.querySelector("[data-unknown]");
    if (unknown) {
      event.preventDefault();
      unknown.focus();
      said.textContent = `${unknown.getAttribute("aria-label")}: “${unknown.dataset.unknown}” ${said.dataset.unknown}`;
      return;
    }
    changed = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) {
      event.preventDefault();
    }
  });

  hideSpare();
  const faults = document.getElementById("faults");
  if (faults) {
    faults.focus();
  }
})();
