// The buttons under a message: a question that is over once it is answered, a rating that may change, links that stay.

import { icon, make } from "./dom.js";
import { textOf } from "./bubble.js";

const CHECK = "M5 12.5l4.5 4.5L19 7.5";

export class Choices {
  constructor(message, conversation, tapped) {
    this.conversation = conversation;
    this.asks = message.asks;
    this.isOver = false;
    this.buttons = message.buttons.map((choice) => this.button(choice, tapped));
    this.element = make("div", { class: `choices ${message.asks}`, role: "group", "aria-label": textOf(message) });
    this.element.style.setProperty("--columns", message.columns ?? 1);
    this.element.append(...this.buttons);
  }

  button({ label, token, role }, tapped) {
    const tick = icon(CHECK);
    tick.classList.add("tick");
    const made = make("button", { type: "button", class: `choice ${role ?? "option"}` });
    made.append(tick, make("span", { dir: "auto" }, label));
    made.label = label;
    made.onclick = () => {
      if (this.isOver) return;
      const byKeyboard = made.matches(":focus-visible");
      this.mark(label, made);
      if (this.asks === "question") this.end();
      tapped({ token, byKeyboard });
    };
    return made;
  }

  // Show which of them it was; false when no button of this label is here.
  mark(label, button = this.buttons.find((one) => one.label === label)) {
    if (!button) return false;
    for (const one of this.buttons) one.setAttribute("aria-pressed", String(one === button));
    this.element.classList.add("chosen");
    return true;
  }

  get isMarked() {
    return this.element.classList.contains("chosen");
  }

  end() {
    this.isOver = true;
    this.element.classList.add("over");
    for (const one of this.buttons) one.disabled = true;
  }

  focus() {
    this.buttons[0]?.focus();
  }
}
