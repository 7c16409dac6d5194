// Where the visitor writes, attaches files and shares a place.

import { byId } from "./dom.js";

const NOTICE_SECONDS = 7;

export class Composer {
  // `write(text)`, `attach(file)` and `locate(place)` take what the visitor gives.
  constructor({ write, attach, locate, maxBytes }) {
    Object.assign(this, { write, attach, locate, maxBytes });
    this.form = byId("composer");
    this.input = byId("input");
    this.form.onsubmit = (event) => this.submit(event);
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
    });
    this.input.addEventListener("input", () => this.fit());
    this.receiveFiles();
    byId("locate").onclick = () => this.find();
  }

  speak(words, formats) {
    Object.assign(this, { words, formats });
    for (const name of ["send", "attach", "locate"]) {
      byId(name).setAttribute("aria-label", words[name]);
      byId(name).title = words[name];
    }
    this.expect(this.expects ?? null);
  }

  // The next answer is a `contact`, a `location` or a `file`: make it easy to give.
  expect(what) {
    this.expects = what;
    this.input.placeholder = what === "contact" ? this.words.writePhone : this.words.write;
    this.input.setAttribute("aria-label", this.input.placeholder);
    this.input.inputMode = what === "contact" ? "tel" : "text";
    this.input.autocomplete = what === "contact" ? "tel" : "off";
    byId("locate").hidden = what !== "location";
    byId("locate").classList.toggle("wanted", what === "location");
    byId("attach").classList.toggle("wanted", what === "file");
  }

  submit(event) {
    event.preventDefault();
    const text = whole(this.input.value).trim();
    if (!text) return;
    this.input.value = "";
    this.fit();
    this.write(text);
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
    this.form.classList.toggle("filled", this.input.value.trim() !== "");
  }

  receiveFiles() {
    const files = byId("files");
    byId("attach").onclick = () => files.click();
    files.onchange = () => {
      for (const file of files.files) this.take(file);
      files.value = "";
    };
    this.input.addEventListener("paste", (event) => this.takeAll(event, event.clipboardData));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => this.takeAll(event, event.dataTransfer));
  }

  takeAll(event, { files }) {
    if (files.length === 0) return;
    event.preventDefault();
    for (const file of files) this.take(file);
  }

  take(file) {
    if (file.size > this.maxBytes) this.notify(this.words.tooLarge(this.formats.size(this.maxBytes)));
    else if (file.size === 0) this.notify(this.words.emptyFile);
    else this.attach(file);
  }

  find() {
    const found = ({ coords: { latitude, longitude } }) => this.locate({ latitude, longitude });
    const lost = () => this.notify(this.words.noPlace);
    if (navigator.geolocation) navigator.geolocation.getCurrentPosition(found, lost, { timeout: 15_000 });
    else lost();
  }

  notify(text, seconds = NOTICE_SECONDS) {
    const notice = byId("notice");
    notice.textContent = text;
    notice.hidden = false;
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => (notice.hidden = true), seconds * 1_000);
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }
}

// Half of a pair, which some keyboards give, is nothing that can be sent: a sign stands in its place.
function whole(text) {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}
