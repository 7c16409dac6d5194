// The line to the server. It comes back by itself, each time a little later, and tells how it stands.

const FIRST_DELAY = 500;
const LONGEST_DELAY = 20_000;
const PING_EVERY = 20_000;
const PATIENCE = 8_000;

export class Line {
  // `hello` makes the first message; `heard` gets each one that comes; `changed` is told whether the line is open.
  constructor({ hello, heard, changed }) {
    Object.assign(this, { hello, heard, changed });
    this.socket = null;
    this.failures = 0;
    this.isOpen = false;
    addEventListener("online", () => this.comeBack());
    addEventListener("offline", () => this.lose());
    addEventListener("pageshow", (event) => event.persisted && this.comeBack());
    document.addEventListener("visibilitychange", () => document.hidden || this.comeBack());
    setInterval(() => this.isOpen && this.check(), PING_EVERY);
  }

  open() {
    clearTimeout(this.retry);
    const url = new URL("chat/line", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.socket = socket;
    this.expect(socket);
    socket.onopen = () => this.send(this.hello());
    socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    socket.onclose = () => this.lose();
  }

  send(message) {
    this.socket.send(JSON.stringify(message));
  }

  receive(message) {
    clearTimeout(this.silence);
    if (message.kind === "welcome") {
      this.failures = 0;
      this.isOpen = true;
      this.changed(true);
    }
    if (message.kind !== "pong") this.heard(message);
  }

  // A line may be dead without having been closed: whoever does not answer in time is given up.
  check() {
    this.send({ kind: "ping" });
    this.expect(this.socket);
  }

  expect(socket) {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket === socket && this.lose(), PATIENCE);
  }

  lose() {
    const socket = this.socket;
    if (socket === null) return;
    this.socket = null;
    this.isOpen = false;
    clearTimeout(this.silence);
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.changed(false);
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.failures);
    this.failures += 1;
    this.retry = setTimeout(() => this.open(), delay * (0.5 + Math.random() / 2));
  }

  comeBack() {
    if (this.socket === null) this.open();
    else if (this.isOpen) this.check();
  }
}
