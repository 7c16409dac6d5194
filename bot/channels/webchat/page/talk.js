// The conversation as it stands on the page: everything the log shows, in order, and what is still on its way.

import { byId, make } from "./dom.js";
import { bubble, textOf } from "./bubble.js";
import { Choices } from "./choices.js";
import { dayOf } from "./words.js";
import { Scroll } from "./scroll.js";

export class Talk {
  // `tapped(choice)` and `again()` are what the visitor does; `changed()` tells that status or language are others now.
  constructor({ tapped, again, changed }) {
    Object.assign(this, { tapped, again, changed });
    this.said = byId("said");
    this.pending = byId("pending");
    this.scroll = new Scroll();
    this.groups = [];
    this.written = new Map();
    this.working = new Set();
    this.desk = { state: "bot" };
    this.isOver = true;
  }

  show(items, { words, formats }) {
    Object.assign(this, { words, formats });
    this.scroll.keep(() => items.forEach((item) => this.showOne(item)));
  }

  showOne({ conversation, at, shown }) {
    if (shown.kind === "opened") this.begin(conversation, shown.language);
    else if (shown.kind === "speaks") this.changed({ language: shown.language });
    else if (shown.kind === "ended") this.end(conversation);
    else if (shown.kind === "chosen") this.mark(conversation, shown.label);
    else if (shown.kind === "works") this.work(shown);
    else if (shown.kind === "desk") this.turnTo(shown);
    else if (shown.edited) this.edit(conversation, at, shown);
    else if (shown.by === "customer") this.heard(conversation, at, shown);
    else this.speak(conversation, at, shown);
  }

  // The conversation

  begin(conversation, language) {
    this.isOver = false;
    this.scroll.anchor = null;
    this.restart?.remove();
    this.restart = null;
    for (const group of this.groups) if (group.asks !== "survey") group.end();
    this.turnTo({ state: "bot" });
    if (this.said.childElementCount > 0) this.said.append(make("hr", { class: "line" }));
    this.last = null;
    this.changed({ language });
  }

  end(conversation) {
    this.isOver = true;
    this.working.clear();
    this.showTyping();
    for (const group of this.groups) if (group.conversation === conversation && group.asks !== "survey") group.end();
    this.turnTo({ state: "bot" });
    const button = make("button", { type: "button", class: "choice again" }, this.words.again);
    button.onclick = () => {
      button.disabled = true;
      this.again();
    };
    this.restart = make("div", { class: "ended" }, make("p", {}, this.words.ended), button);
    this.said.append(this.restart);
  }

  turnTo(desk) {
    this.endQuestion();
    this.desk = desk;
    this.changed({ desk });
  }

  work({ call, busy }) {
    if (busy) {
      this.endQuestion();
      this.working.add(call);
    } else this.working.delete(call);
    this.showTyping();
  }

  showTyping() {
    byId("typing").hidden = this.working.size === 0;
  }

  // What was said

  speak(conversation, at, message) {
    if (message.asks === "question") this.askOver(conversation, message);
    const element = this.append(message, at);
    if (message.by === "agent") this.written.set(`${conversation}:${message.id}`, element);
    if (message.by === "bot") this.changed({ expects: message.expects ?? null });
    if (!message.buttons?.length) return;
    const group = new Choices(message, conversation, (choice) => this.choose(group, choice));
    this.groups.push(group);
    if (group.asks === "question") this.asked = group;
    element.lastElementChild.before(group.element);
    element.text = textOf(message);
    if (this.byKeyboard) group.focus();
    this.byKeyboard = false;
  }

  // A question said again, or turned to another page, takes the place of its former self.
  askOver(conversation, message) {
    const before = this.asked;
    this.endQuestion();
    const element = this.said.lastElementChild;
    if (!before || before.conversation !== conversation || !element?.contains(before.element)) return;
    const isTurned = !before.isMarked || before.element.querySelector(".page[aria-pressed='true']");
    if (element.text === textOf(message) && isTurned) element.remove();
  }

  endQuestion() {
    this.asked?.end();
    this.asked = null;
  }

  heard(conversation, at, message) {
    this.drop(message.id);
    if (message.tapped != null && this.mark(conversation, message.tapped)) return;
    const runs = message.tapped != null ? [{ text: message.tapped }] : message.runs;
    const element = this.append({ ...message, runs }, at);
    this.written.set(`${conversation}:${message.id}`, element);
  }

  // The newest group with such a label shows it; a question among them is over then.
  mark(conversation, label) {
    const may = (group) => group.conversation === conversation && (group === this.asked || !group.isOver);
    const marked = this.groups.findLast((group) => may(group) && group.mark(label));
    if (marked?.asks === "question") marked.end();
    if (marked) this.scroll.anchor = null;
    return marked !== undefined;
  }

  choose(group, { token, byKeyboard }) {
    this.byKeyboard = byKeyboard;
    if (group.isOver) this.scroll.element.focus({ preventScroll: true });
    this.scroll.toEnd();
    this.tapped(token);
  }

  edit(conversation, at, message) {
    const before = this.written.get(`${conversation}:${message.id}`);
    if (!before) return;
    const after = this.element(message, at);
    before.replaceWith(after);
    this.written.set(`${conversation}:${message.id}`, after);
  }

  append(message, at) {
    if (dayOf(at) !== this.day) this.said.append(make("p", { class: "day" }, make("span", {}, this.formats.day(at))));
    this.day = dayOf(at);
    const element = this.element(message, at);
    if (this.last === message.by) element.classList.add("follows");
    this.last = message.by;
    if (message.by !== "bot" || this.scroll.anchor === null) this.scroll.anchor = element;
    this.said.append(element);
    if (this.isOver && this.restart) this.said.append(this.restart); // what a rating is answered stands above it
    return element;
  }

  element(message, at) {
    const { words, formats } = this;
    const agent = this.desk.agent ?? words.agent;
    const name = { customer: words.you, bot: words.bot, agent }[message.by];
    return bubble(message, at, { words, formats, name });
  }

  // What is on its way

  addPending({ id, text, file }) {
    const message = { by: "customer", runs: text ? [{ text }] : [] };
    if (file) message.file = { kind: "document", name: file.name, size_bytes: file.size };
    const element = this.element(message, Date.now());
    element.classList.add("pending");
    element.querySelector("time").textContent = this.words.sending;
    element.dataset.id = id;
    this.pending.append(element);
    this.scroll.toEnd();
  }

  drop(id) {
    for (const element of this.pending.children) if (id && element.dataset.id === id) return element.remove();
  }
}
