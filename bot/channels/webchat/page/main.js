// Puts the page together: the line brings what the log says, the sender takes what the visitor does.

import { byId, newId } from "./dom.js";
import { Composer } from "./composer.js";
import { Formats, directionOf, wordsOf } from "./words.js";
import { Frame } from "./frame.js";
import { Line } from "./line.js";
import { Outbox } from "./outbox.js";
import { Sender } from "./sender.js";
import { Talk } from "./talk.js";

const VISITOR = "switchboard.visitor";
const QUIET = 1_500;
const BEGINNING = 60_000;
const HISTORY = 500; // until a screen reader has seen what was said before, which it shall not read out
const A_FLOW = /^[^\x00-\x1f]{0,64}$/u;
const A_LANGUAGE = /^[\w-]{0,35}$/;

const asked = new URLSearchParams(location.search);
const isEmbedded = asked.has("embed");

// What the page's address says. On what has not this form the server would hang up, each time it comes.
function linked(name, form) {
  const value = asked.get(name) ?? "";
  return form.test(value) ? value : "";
}

class Page {
  constructor() {
    const language = linked("language", A_LANGUAGE) || navigator.language;
    this.flow = linked("flow", A_FLOW);
    this.cursor = {};
    this.visitor = remembered();
    this.outbox = new Outbox();
    this.talk = new Talk({
      tapped: (token) => this.send({ kind: "tap", token }),
      again: () => this.send({ kind: "start", flow: isEmbedded ? this.flow : "" }),
      changed: (what) => this.change(what),
    });
    this.composer = new Composer({
      write: (text) => this.send({ kind: "write", text }),
      attach: (file) => this.send({ file }),
      locate: (place) => this.send({ kind: "locate", ...place }),
      maxBytes: Number(document.body.dataset.maxBytes),
    });
    this.frame = new Frame({ shown: () => this.composer.focus() });
    this.line = new Line({
      hello: () => ({ kind: "hello", visitor: this.visitor, language, cursor: this.cursor }),
      heard: (message) => this.hear(message),
      changed: (isOpen) => this.lineChanged(isOpen),
    });
    this.sender = new Sender({
      line: this.line,
      outbox: this.outbox,
      visitor: () => this.visitor,
      done: (entry, reason) => this.done(entry, reason),
      waits: (seconds) => this.composer.notify(this.words.tooMuch, seconds),
    });
    byId("telegram").hidden = !document.body.dataset.telegram;
    byId("telegram").onclick = () => this.send({ kind: "write", text: "/telegram" });
    this.speak(language);
    for (const entry of this.outbox.entries) this.showPending(entry);
    this.introduce().finally(() => this.line.open());
  }

  // Of two pages that begin at the same moment, the second is the visitor that the first made of itself.
  async introduce() {
    try {
      await navigator.locks.request(VISITOR, () => {
        this.visitor = remembered() ?? newVisitor();
        remember(this.visitor);
      });
    } catch {
      // Without a secure address there are no locks: the server says who this is.
    }
  }

  // In

  hear(message) {
    if (message.kind === "welcome") this.welcome(message);
    else if (message.kind === "news") this.news(message);
    else this.sender.settled(message);
  }

  welcome({ visitor, items, cursor }) {
    const isFirst = Object.keys(this.cursor).length === 0;
    this.visitor = visitor;
    remember(visitor);
    this.news({ items, cursor }, isFirst);
    if (isFirst) this.begin(items);
    if (isFirst) setTimeout(() => byId("log").setAttribute("aria-live", "polite"), items.length && HISTORY);
    this.sender.next();
  }

  news({ items, cursor }, isHistory = false) {
    this.cursor = cursor;
    this.talk.show(items, this);
    const spoken = items.filter(({ shown }) => shown.kind === "message" && shown.by !== "customer" && !shown.edited);
    if (!isHistory) this.frame.count(spoken.length);
  }

  // Greet who is new, and follow a link that names a flow; a widget on every page of a site must not interrupt.
  begin(items) {
    const isStarting = this.outbox.entries.some((entry) => entry.kind === "start");
    const isCalled = this.flow && (!isEmbedded || this.talk.isOver);
    // Of two pages that begin at once, one is heard.
    const once = items.length === 0 ? { id: `begin-${Math.floor(Date.now() / BEGINNING)}` } : {};
    if (!isStarting && (items.length === 0 || isCalled)) this.send({ ...once, kind: "start", flow: this.flow });
    if (this.flow && !isEmbedded) {
      const url = new URL(location.href);
      url.searchParams.delete("flow");
      history.replaceState(null, "", url);
    }
  }

  // Out

  send(what) {
    const entry = { id: newId(), ...what };
    this.showPending(entry);
    this.sender.add(entry);
  }

  showPending(entry) {
    if (entry.kind === "write" || entry.file) this.talk.addPending(entry);
  }

  done({ id, file }, reason) {
    this.talk.drop(id);
    if (reason === "too_large") this.composer.notify(this.words.tooLarge(this.formats.size(this.composer.maxBytes)));
    else if (reason) this.composer.notify(`${this.words.notSent}${file ? ` ${file.name}` : ""}`);
  }

  // How it looks

  change({ language, expects, desk }) {
    if (language) this.speak(language);
    if (expects !== undefined) this.composer.expect(expects);
    if (desk) this.showStatus();
  }

  speak(language) {
    this.words = wordsOf(language);
    this.formats = new Formats(language);
    Object.assign(this.talk, { words: this.words, formats: this.formats });
    document.documentElement.lang = language;
    document.documentElement.dir = directionOf(language);
    byId("log").setAttribute("aria-label", this.words.log);
    byId("close").setAttribute("aria-label", this.words.close);
    byId("telegram").setAttribute("aria-label", this.words.telegram);
    byId("telegram").title = this.words.telegram;
    byId("latest").setAttribute("aria-label", this.words.newer);
    byId("looking").textContent = this.words.typing;
    byId("mark").textContent = Array.from(byId("business").textContent.trim())[0] ?? "";
    this.composer.speak(this.words, this.formats);
    this.showStatus();
  }

  lineChanged(isOpen) {
    if (!isOpen) {
      this.sender.lineLost();
      this.worry ??= setTimeout(() => this.showLoss(true), QUIET); // however often it fails meanwhile
      return;
    }
    clearTimeout(this.worry);
    this.worry = null;
    this.showLoss(false);
  }

  showLoss(isLost) {
    this.isLost = isLost;
    this.showStatus();
  }

  showStatus() {
    const { state, agent } = this.talk.desk;
    const { words } = this;
    const kept = { bot: "", queue: words.queued, agent: words.withAgent(agent ?? words.agent) }[state];
    byId("status").textContent = this.isLost ? words.reconnecting : kept;
    byId("status").classList.toggle("lost", Boolean(this.isLost));
  }
}

function remembered() {
  try {
    return localStorage.getItem(VISITOR);
  } catch {
    return null; // a browser that keeps nothing for frames: the chat lasts as long as the page
  }
}

// A secret of the form in which the server makes them.
function newVisitor() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function remember(visitor) {
  try {
    localStorage.setItem(VISITOR, visitor);
  } catch {
    // See above.
  }
}

new Page();
