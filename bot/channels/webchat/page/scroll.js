// Keeps what is new in view, unless the reader went elsewhere to read.

import { byId } from "./dom.js";

const NEAR = 60;
const ABOVE = 12;

export class Scroll {
  constructor() {
    this.element = byId("scroll");
    this.button = byId("latest");
    this.anchor = null; // what the reader begins with: it stays in view, however much comes below it
    this.follows = true;
    this.button.onclick = () => this.toEnd();
    this.element.addEventListener("scroll", () => this.moved(), { passive: true });
    // Pictures come later than the message that holds them.
    this.element.addEventListener("load", () => this.settle(), { capture: true });
    new ResizeObserver(() => this.settle()).observe(this.element);
  }

  get end() {
    return this.element.scrollHeight - this.element.clientHeight;
  }

  moved() {
    const { scrollTop } = this.element;
    this.follows = scrollTop > this.end - NEAR || Math.abs(scrollTop - this.placed) < 2;
    this.button.hidden = scrollTop > this.end - NEAR;
  }

  // Do what changes the log, and be where one would want to be after it.
  keep(change) {
    const { follows } = this;
    change();
    this.follows = follows;
    this.settle();
  }

  settle() {
    if (this.follows) {
      const top = this.anchor?.isConnected ? this.anchor.offsetTop - ABOVE : Infinity;
      this.place(Math.min(top, this.end));
    }
    this.moved();
  }

  place(top) {
    this.element.scrollTop = top;
    this.placed = this.element.scrollTop;
    this.follows = true;
  }

  toEnd() {
    this.place(this.end);
    this.moved();
  }
}
