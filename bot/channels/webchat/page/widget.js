// A round button on any site that opens the chat: <script src="https://…/chat/widget.js" async></script>
// data-language="fa" · data-position="start|end|left|right" · data-flow="track_order"
(() => {
  const script = document.currentScript;
  const chat = new URL("../chat?embed=1", script.src);
  const { language, flow, position = "end" } = script.dataset;
  const STATE = "switchboard.widget";
  const WORDS = {
    en: ["Open the chat", "Close the chat", "The chat can’t be reached right now.", "Chat"],
    fa: ["باز کردن گفت‌وگو", "بستن گفت‌وگو", "گفت‌وگو اکنون در دسترس نیست.", "گفت‌وگو"],
    ar: ["فتح المحادثة", "إغلاق المحادثة", "المحادثة غير متاحة الآن.", "المحادثة"],
    he: ["פתיחת הצ׳אט", "סגירת הצ׳אט", "הצ׳אט אינו זמין כרגע.", "צ׳אט"],
  };
  const LOADS = 20_000; // milliseconds, for browsers that don't tell when a page may not be shown
  const ANSWERS = 3_000; // a page that is there answers at once
  const STYLE = `
    :host { all: initial; position: fixed; z-index: 2147483000; inset-block-end: 20px; font: 16px system-ui, sans-serif; }
    button { position: relative; display: block; width: 56px; height: 56px; padding: 14px; border: 0; border-radius: 50%;
      background: #0f766e; color: #fff; cursor: pointer; box-shadow: 0 4px 16px rgb(0 0 0 / .25); box-sizing: border-box; }
    button:hover { background: #115e59; }
    button:focus-visible { outline: 3px solid #fff; outline-offset: -6px; }
    svg { display: block; width: 28px; height: 28px; fill: none; stroke: currentcolor; stroke-width: 2;
      stroke-linecap: round; stroke-linejoin: round; }
    b { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 22px; padding: 0 5px;
      border-radius: 11px; background: #b91c1c; font-size: 13px; line-height: 22px; box-sizing: border-box; }
    iframe { position: absolute; inset-block-end: 72px; width: min(384px, calc(100vw - 40px));
      height: min(680px, calc(100vh - 112px)); border: 0; border-radius: 16px; background: #fff; color-scheme: light dark;
      box-shadow: 0 12px 48px rgb(0 0 0 / .28); }
    p { position: absolute; inset-block-end: 72px; width: max-content; max-width: min(300px, calc(100vw - 40px)); margin: 0;
      padding: 12px 16px; border-radius: 16px; background: #fff; color: #1c1917; line-height: 1.5; box-sizing: border-box;
      box-shadow: 0 4px 16px rgb(0 0 0 / .25); }
    iframe.waits { visibility: hidden; }
    [hidden] { display: none; }
    @media (max-width: 480px) {
      iframe { position: fixed; inset: 0; width: 100%; height: 100%; border-radius: 0; }
      iframe:not([hidden]) + button { display: none; }
    }`;

  function draw(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS(svg.namespaceURI, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  function keep(state) {
    try {
      if (state) localStorage.setItem(STATE, state);
      return localStorage.getItem(STATE);
    } catch {
      return null;
    }
  }

  class Widget {
    constructor() {
      this.host = document.createElement("div");
      this.side = { left: "left", right: "right", start: "insetInlineStart" }[position] ?? "insetInlineEnd";
      const root = this.host.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      this.button = document.createElement("button");
      this.button.type = "button";
      this.badge = document.createElement("b");
      this.button.append(draw("M21 11.5a8.5 8.5 0 0 1-12.6 7.4L3 21l2-5.2A8.5 8.5 0 1 1 21 11.5z"), this.badge);
      this.sorry = document.createElement("p");
      this.sorry.hidden = true;
      this.sorry.setAttribute("role", "status");
      this.sorry.style[this.side] = "0";
      root.append(this.sorry, this.button);
      document.body.append(this.host);
      this.host.dir = getComputedStyle(document.body).direction;
      this.host.style[this.side] = "20px";
      this.button.onclick = () => this.show(!this.isOpen);
      addEventListener("keydown", (event) => event.key === "Escape" && this.isOpen && this.show(false));
      addEventListener("message", (event) => this.hear(event));
      this.count(0);
      this.label();
      const before = keep();
      if (before) this.load();
      if (before === "open" && innerWidth > 480) this.show(true);
    }

    get isOpen() {
      return (this.frame !== undefined && !this.frame.hidden) || !this.sorry.hidden;
    }

    get words() {
      const spoken = (language || document.documentElement.lang || navigator.language).slice(0, 2).toLowerCase();
      return WORDS[spoken] ?? WORDS.en;
    }

    // The chat begins when somebody opens it: who only reads the site starts no conversation.
    load() {
      if (language) chat.searchParams.set("language", language);
      if (flow) chat.searchParams.set("flow", flow);
      this.frame = document.createElement("iframe");
      this.frame.title = this.words[3];
      this.frame.allow = "geolocation";
      this.frame.hidden = true;
      this.frame.className = "waits"; // what browsers show in place of a page that may not be here is for nobody
      this.frame.style[this.side] = "0";
      this.frame.src = chat.href;
      this.frame.onload = () => {
        this.isLoaded = true;
        this.tell();
        this.expect(ANSWERS);
      };
      this.host.shadowRoot.insertBefore(this.frame, this.button);
      this.expect(LOADS);
    }

    expect(milliseconds) {
      clearTimeout(this.patience);
      if (this.frame?.className === "waits") this.patience = setTimeout(() => this.giveUp(), milliseconds);
    }

    giveUp() {
      console.error(
        `Switchboard: the chat of ${chat.origin} does not open here. If it runs, this site is not allowed to show it: ` +
          `add "${location.origin}" to webchat.allowed_origins in its settings and start it again.`,
      );
      keep("closed");
      this.sorry.hidden = this.frame.hidden;
      this.sorry.textContent = this.words[2];
      this.frame.remove();
      this.frame = undefined;
      this.isLoaded = false;
    }

    show(visible) {
      this.sorry.hidden = true;
      if (visible && !this.frame) this.load();
      if (this.frame) this.frame.hidden = !visible;
      keep(visible ? "open" : "closed");
      this.label();
      this.tell();
      if (!visible) this.button.focus();
    }

    tell() {
      if (!this.isLoaded) return;
      this.frame.contentWindow.postMessage({ switchboard: "widget", visible: this.isOpen }, chat.origin);
    }

    hear({ source, origin, data }) {
      if (!this.frame || source !== this.frame.contentWindow || origin !== chat.origin) return;
      if (data?.switchboard !== "chat") return;
      this.frame.className = "";
      this.expect(0);
      if (data.close) this.show(false);
      if (typeof data.unread === "number") this.count(data.unread);
    }

    count(unread) {
      this.badge.hidden = unread === 0;
      this.badge.textContent = unread > 9 ? "9+" : String(unread);
    }

    label() {
      this.button.setAttribute("aria-label", this.words[this.isOpen ? 1 : 0]);
      this.button.setAttribute("aria-expanded", String(this.isOpen));
    }
  }

  if (document.body) new Widget();
  else addEventListener("DOMContentLoaded", () => new Widget());
})();
