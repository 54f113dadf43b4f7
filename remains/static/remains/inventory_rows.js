// The rows of an inventory sheet: what is in them, what a mark on the skeleton does to them, and how words are read.
"use strict";
window.taphosInventory = (() => {
  const data = JSON.parse(document.getElementById("inventory_data").textContent);
  const NO_TOOTH = new Set(["am_lost", "pm_lost", "missing", "unerupted"]);
  const FIELDS = ["element", "side", "zones", "fragment_count", "weight_g", "completeness", "cohort", "tooth_status", "notes"];
  const blank = () => ({ id: null, version: 0, number: "", withdraw: false, unread: {}, ...Object.fromEntries(FIELDS.map((name) => [name, name === "zones" ? [] : null])) });
  const tidy = (row) => ({ ...blank(), ...row, zones: Array.isArray(row.zones) ? row.zones : [] });
  const image = (row) => JSON.stringify(FIELDS.map((name) => row[name] || (name === "zones" ? [] : "")));

  let rows = data.rows.map(tidy);
  const before = new Map(rows.filter((row) => row.id).map((row) => [row.id, image(row)]));
  const faulty = data.faults.length > 0;
  const past = [];
  const listeners = [];
  let cohort = null;

  const tell = (what) => listeners.forEach((listener) => listener(what || {}));
  const keep = () => {
    past.push(JSON.stringify(rows));
    if (past.length > 100) {
      past.shift();
    }
  };
  const isFilled = (row) => Boolean(row.id) || FIELDS.some((name) => (Array.isArray(row[name]) ? row[name].length : row[name])) || Object.keys(row.unread).length > 0;
  const zonesOf = (element) => (data.elements[element] ? data.elements[element].zones.map(([number]) => number) : []);
  const keyOf = (row) => `${row.element}.${row.side}`;
  const isTooth = (element) => element.startsWith("tooth_");
  const isWhole = (row) => {
    const every = zonesOf(row.element);
    return row.completeness === "complete" || (every.length > 0 && every.every((zone) => row.zones.includes(zone)));
  };

  const byKey = () => {
    const found = new Map();
    for (const row of rows) {
      if (row.element && row.side && !row.withdraw) {
        const key = keyOf(row);
        found.set(key, [...(found.get(key) || []), row]);
      }
    }
    return found;
  };
  const stateOf = (found) => {
    if (!found || found.length === 0) {
      return "absent";
    }
    if (found.every((row) => NO_TOOTH.has(row.tooth_status))) {
      return "gone";
    }
    return found.some(isWhole) ? "whole" : "part";
  };

  const setState = (row, state, status) => {
    row.withdraw = false;
    row.tooth_status = status || (NO_TOOTH.has(row.tooth_status) ? null : row.tooth_status);
    row.zones = state === "whole" ? zonesOf(row.element) : [];
    row.completeness = state === "whole" ? "complete" : null;
  };

  // Marks one bone. A bone of which there are several specimens is left to the table.
  const put = (key, state, status) => {
    const [element, side] = key.split(".");
    const all = rows.filter((row) => keyOf(row) === key);
    const present = all.filter((row) => !row.withdraw);
    if (present.length > 1) {
      return present;
    }
    let row = present[0] || all[0];
    if (state === "absent") {
      if (row && row.id) {
        row.withdraw = true;
      } else {
        rows = rows.filter((other) => other !== row);
      }
      return [];
    }
    if (!row) {
      row = { ...blank(), element, side, cohort };
      const free = rows.findIndex((other) => !isFilled(other));
      rows.splice(free < 0 ? rows.length : free, 0, row);
    }
    setState(row, state, status);
    return [row];
  };

  const CYCLE = ["absent", "whole", "part"];
  const TEETH = [["absent"], ["whole"], ["part"], ["gone", "am_lost"], ["gone", "pm_lost"], ["gone", "unerupted"]];
  const next = (key) => {
    const found = byKey().get(key);
    const state = stateOf(found);
    if (!isTooth(key)) {
      return [CYCLE[(CYCLE.indexOf(state) + 1) % CYCLE.length]];
    }
    const at = TEETH.findIndex(([name, status]) => name === state && (!status || status === found[0].tooth_status));
    return TEETH[(at + 1) % TEETH.length];
  };

  // ---- words
  const folded = (text) => String(text).trim().toLowerCase();
  const names = new Map();
  for (const [code, element] of Object.entries(data.elements)) {
    names.set(folded(element.name), code);
    names.set(code, code);
  }
  const short = (text) => {
    const found = /^(c|t|l|r|mc|mt)\s?(\d{1,2})$/.exec(text);
    if (/^[1-8][1-8]$/.test(text)) {
      return `tooth_${text}`;
    }
    if (!found) {
      return null;
    }
    const [, letter, digits] = found;
    const two = digits.padStart(2, "0");
    const code = { r: `rib_${two}`, mc: `mc_${Number(digits)}`, mt: `mt_${Number(digits)}` }[letter] || `vert_${letter}${two}`;
    return data.elements[code] ? code : null;
  };
  const elementIn = (text) => {
    const word = folded(text);
    if (names.has(word)) {
      return names.get(word);
    }
    const byNumber = short(word);
    if (byNumber && data.elements[byNumber]) {
      return byNumber;
    }
    // The beginning of exactly one bone; among the forms of one bone the unnumbered one is meant. Codes come first:
    // "hum" is the humerus before it is "Human bone, unidentified".
    const one = (begun) => begun.filter((code) => begun.every((other) => other === code || other.startsWith(`${code}_`)))[0];
    if (word.length < 2) {
      return null;
    }
    const [coded, named] = begunBy(word);
    return one(coded) || one(named) || null;
  };
  const begunBy = (word) => {
    const coded = Object.keys(data.elements).filter((code) => code.startsWith(word));
    const named = [...new Set([...names].filter(([name]) => name.startsWith(word)).map(([, code]) => code))];
    return [coded, named];
  };
  // What a word of at least two letters may begin: "scap" is a shoulder blade or a bone of the wrist.
  const couldBe = (text) => {
    const word = folded(text);
    const [coded, named] = word.length < 2 ? [[], []] : begunBy(word);
    return [...new Set([...coded, ...named])].map((code) => data.elements[code].name);
  };
  const SIDES = { l: "left", r: "right", a: "axial", m: "axial", u: "unsided", "?": "unsided", "l.": "left", "r.": "right", sin: "left", dex: "right" };
  const choiceIn = (field, text) => {
    const word = folded(text);
    if (field === "side" && SIDES[word]) {
      return SIDES[word];
    }
    const found = data.choices[field].find(([value, label]) => folded(value) === word || folded(label) === word);
    return found ? found[0] : null;
  };
  const zonesIn = (text, element, all) => {
    const word = folded(text);
    if (word === "all" || word === folded(all)) {
      return zonesOf(element);
    }
    const found = new Set();
    for (const part of word.split(/[,;\s]+/).filter(Boolean)) {
      const range = /^(\d{1,2})(?:[-\u2013](\d{1,2}))?$/.exec(part);
      if (!range) {
        return null;
      }
      for (let zone = Number(range[1]); zone <= Number(range[2] || range[1]); zone += 1) {
        found.add(zone);
      }
    }
    return [...found].sort((one, other) => one - other);
  };
  const zonesInWords = (zones) => {
    const parts = [];
    for (let at = 0; at < zones.length; at += 1) {
      let end = at;
      while (zones[end + 1] === zones[end] + 1) {
        end += 1;
      }
      parts.push(end > at + 1 ? `${zones[at]}-${zones[end]}` : zones.slice(at, end + 1).join(", "));
      at = end;
    }
    return parts.join(", ");
  };

  return {
    data,
    fields: FIELDS,
    faulty,
    rows: () => rows,
    blank,
    byKey,
    stateOf,
    keyOf,
    zonesOf,
    isFilled,
    isWhole,
    elementIn,
    couldBe,
    choiceIn,
    zonesIn,
    zonesInWords,
    isChanged: (row) => Boolean(row.id) && !row.withdraw && before.get(row.id) !== image(row),
    setCohort: (value) => {
      cohort = value || null;
    },
    listen: (listener) => listeners.push(listener),
    tell,
    keep,
    mark: (key, state, status) => {
      keep();
      const found = put(key, state, status);
      tell({ key, rows: found });
      return found;
    },
    cycle: (key) => {
      const [state, status] = next(key);
      keep();
      const found = put(key, state, status);
      tell({ key, rows: found });
      return found;
    },
    // Marks many at one stroke; what is recorded already stays as it is, unless everything is to go.
    stroke: (keys, state) => {
      keep();
      const there = byKey();
      keys.filter((key) => state === "absent" || !there.has(key)).forEach((key) => put(key, state));
      tell({});
    },
    undo: () => {
      if (past.length > 0) {
        rows = JSON.parse(past.pop());
        tell({});
      }
    },
    canUndo: () => past.length > 0,
    add: (row) => {
      if (rows.length >= data.mostRows) {
        return null;
      }
      const made = { ...blank(), ...row };
      rows.push(made);
      return made;
    },
    drop: (row) => {
      rows = rows.filter((other) => other !== row);
    },
  };
})();
