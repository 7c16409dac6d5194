// Keeps the newest message in view, unless the reader went up to read.

import { byId } from "./dom.js";

const NEAR = 90;

export class Scroll {
  constructor() {
    this.element = byId("scroll");
    this.button = byId("latest");
    this.button.onclick = () => this.toEnd();
    this.element.addEventListener("scroll", () => {
      if (this.isNear) this.button.hidden = true;
    });
    this.follows = true;
    new ResizeObserver(() => this.follows && this.jump()).observe(this.element);
    // Pictures come later than the message that holds them.
    this.element.addEventListener("load", () => this.follows && this.jump(), { capture: true });
    this.element.addEventListener("scroll", () => (this.follows = this.isNear), { passive: true });
  }

  get isNear() {
    return this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < NEAR;
  }

  // Do what changes the log, and be where one would want to be after it.
  keep(change) {
    const followed = this.follows;
    const height = this.element.scrollHeight;
    change();
    if (followed) this.jump();
    else if (this.element.scrollHeight > height) this.button.hidden = false;
  }

  jump() {
    this.element.scrollTop = this.element.scrollHeight;
    this.follows = true;
  }

  toEnd() {
    this.button.hidden = true;
    this.jump();
  }
}
