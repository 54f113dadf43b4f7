// Sends the chosen files piece by piece, two at a time, and goes on where a break left them. Without this script the form
// sends them by itself.
(() => {
  const AT_ONCE = 2;
  const TRIES = 5;
  const HASHED_UP_TO = 100_000_000; // beyond it, a file is told apart by its size and the time of its last change

  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  class Refused extends Error {}

  async function fingerprint(file) {
    if (window.crypto && crypto.subtle && file.size <= HASHED_UP_TO) {
      return hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    }
    return `${file.size}-${file.lastModified}`;
  }

  class Line {
    constructor(list, file) {
      this.words = list.dataset;
      this.row = document.createElement("li");
      this.name = document.createElement("span");
      this.name.className = "evidence-file-name";
      this.name.textContent = file.name;
      this.state = document.createElement("span");
      this.bar = document.createElement("progress");
      this.bar.max = Math.max(1, file.size);
      this.bar.value = 0;
      this.bar.setAttribute("aria-label", file.name);
      this.row.append(this.name, this.bar, this.state);
      list.append(this.row);
      this.say("waiting");
    }

    say(word, more = "") {
      this.state.textContent = [this.words[word] || word, more].filter(Boolean).join(" ");
    }

    progress(bytes) { this.bar.value = bytes; }

    done(answer) {
      this.bar.value = this.bar.max;
      this.row.className = answer.note ? "evidence-file-noted" : "evidence-file-done";
      this.say(answer.already ? "already" : "done");
      const link = document.createElement("a");
      link.href = answer.link;
      link.textContent = answer.number;
      this.state.append(" ", link);
      if (answer.note) this.state.append(` ${answer.note}`);
    }

    failed(sentence, again) {
      this.row.className = "evidence-file-failed";
      this.state.textContent = sentence;
      if (again) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "taphos-other";
        button.textContent = this.words.again;
        button.addEventListener("click", () => { button.remove(); this.row.className = ""; again(); });
        this.state.append(" ", button);
      }
    }
  }

  class Upload {
    constructor(form, file, line) {
      this.form = form;
      this.file = file;
      this.line = line;
    }

    // After a login in another tab the page's own token is outdated, and the cookie has the new one.
    get token() {
      const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
      return cookie ? cookie[1] : this.form.querySelector("[name=csrfmiddlewaretoken]").value;
    }

    async ask(method, link, body, headers = {}) {
      const answer = await fetch(link, {
        method, body, credentials: "same-origin", redirect: "manual",
        headers: { "X-CSRFToken": this.token, ...headers },
      });
      if (answer.type === "opaqueredirect") throw new Refused(this.line.words.signedOut);
      return answer;
    }

    async refusal(answer) {
      let said = {};
      try { said = await answer.json(); } catch { /* a page of the server or of a proxy says nothing to us */ }
      const errors = said.errors ? Object.values(said.errors).flat().join(" ") : "";
      return Object.assign(new Refused(said.sentence || errors || `${this.line.words.failed} (${answer.status})`), { code: said.code, status: answer.status });
    }

    async run() {
      const { file, line } = this;
      if (file.size > Number(this.form.dataset.largest)) { line.failed(line.words.largest); return; }
      try {
        line.say("sealing");
        const said = new URLSearchParams();
        for (const [name, value] of new FormData(this.form)) if (typeof value === "string") said.set(name, value);
        said.set("name", file.name);
        said.set("size", file.size);
        said.set("fingerprint", await fingerprint(file));
        const begun = await this.ask("POST", this.form.dataset.begin, said);
        if (!begun.ok) throw await this.refusal(begun);
        const upload = await begun.json();
        if (upload.already) { line.done(upload); return; }
        await this.send(upload.link, upload.offset);
        line.say("checking");
        const finished = await this.ask("POST", upload.link);
        if (!finished.ok) throw await this.refusal(finished);
        line.done(await finished.json());
      } catch (error) {
        const sentence = error instanceof Refused ? error.message : line.words.broken;
        line.failed(sentence, error.status && error.status < 500 && error.code !== "upload.busy" ? null : () => this.run());
      }
    }

    async send(link, begin) {
      const { file, line } = this;
      const size = Number(this.form.dataset.piece);
      let offset = begin;
      let tries = 0;
      line.say("sending");
      line.progress(offset);
      while (offset < file.size) {
        try {
          const piece = file.slice(offset, offset + size);
          const answer = await this.ask("PATCH", link, piece, {
            "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream",
          });
          if (!answer.ok) throw await this.refusal(answer);
          offset = Number(answer.headers.get("Upload-Offset"));
          tries = 0;
        } catch (error) {
          const mends = !(error instanceof Refused) || ["upload.offset", "upload.busy"].includes(error.code);
          tries += 1;
          if (!mends || tries > TRIES) throw error;
          await pause(500 * 2 ** tries);
          const here = await this.ask("HEAD", link);
          if (!here.ok) throw error;
          offset = Number(here.headers.get("Upload-Offset"));
        }
        line.progress(offset);
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector(".evidence-upload");
    if (!form || !window.fetch) return;
    const input = form.querySelector("[type=file]");
    const list = form.querySelector(".evidence-files");
    const drop = form.querySelector(".evidence-drop");
    const chosen = [];
    let running = 0;

    function take(files) {
      for (const file of files) {
        chosen.push(new Upload(form, file, new Line(list, file)));
        list.hidden = false;
      }
      input.value = "";
    }

    async function work() {
      while (chosen.length && running < AT_ONCE) {
        running += 1;
        chosen.shift().run().finally(() => { running -= 1; work(); });
      }
    }

    input.addEventListener("change", () => take(input.files));
    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("evidence-over"); });
    }
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("evidence-over"));
    drop.addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files); });
    form.addEventListener("submit", (event) => {
      if (!chosen.length && !running) return; // nothing chosen: the server says so
      event.preventDefault();
      work();
    });
    window.addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });
  });
})();
