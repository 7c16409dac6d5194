// The page inside a widget on another site: how it speaks with the script that shows it.

import { byId } from "./dom.js";

export class Frame {
  constructor({ shown }) {
    this.isVisible = window.parent === window;
    this.unread = 0;
    if (this.isVisible) return;
    document.documentElement.classList.add("embedded");
    byId("close").hidden = false;
    byId("close").onclick = () => this.tell({ close: true });
    addEventListener("keydown", (event) => event.key === "Escape" && this.tell({ close: true }));
    addEventListener("message", (event) => {
      if (event.source !== window.parent || event.data?.switchboard !== "widget") return;
      this.origin = event.origin;
      this.isVisible = event.data.visible === true;
      this.count(this.isVisible ? -this.unread : 0); // an answer, too: the page may be shown here
      if (this.isVisible) shown();
    });
  }

  // More messages that nobody has looked at yet.
  count(more) {
    if (this.isVisible && more > 0) return;
    this.unread += more;
    this.tell({ unread: this.unread });
  }

  tell(what) {
    if (this.origin) window.parent.postMessage({ switchboard: "chat", ...what }, this.origin);
  }
}
