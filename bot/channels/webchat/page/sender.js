// Brings the outbox to the server, one entry after the other, until each is taken or refused for good.

const RETRY = 3_000;

export class Sender {
  // `done(entry, reason)`: the entry was taken, or refused because of `reason`; `waits(seconds)`: it has to wait for so long.
  constructor({ line, outbox, visitor, done, waits }) {
    Object.assign(this, { line, outbox, visitor, done, waits });
    this.busy = null;
  }

  add(entry) {
    this.outbox.add(entry);
    this.next();
  }

  next() {
    const entry = this.outbox.first;
    if (!entry || this.busy || !this.line.isOpen) return;
    this.busy = entry.id;
    if (entry.file) this.upload(entry);
    else this.line.send(entry);
  }

  lineLost() {
    if (!this.outbox.first?.file) this.busy = null;
  }

  settled({ id, reason, after_seconds: after }) {
    if (reason === "too_fast") this.later(after);
    else this.finish(id, reason);
  }

  finish(id, reason) {
    const entry = this.outbox.entries.find((one) => one.id === id);
    this.busy = null;
    this.outbox.remove(id);
    if (entry) this.done(entry, reason);
    this.next();
  }

  later(seconds) {
    if (seconds * 1_000 > RETRY) this.waits(seconds);
    this.again(seconds * 1_000);
  }

  again(milliseconds) {
    setTimeout(() => {
      this.busy = null;
      this.next();
    }, milliseconds);
  }

  async upload({ id, file }) {
    const headers = { "X-Visitor": this.visitor(), "X-Message-Id": id, "X-File-Name": encodeURIComponent(file.name) };
    try {
      const answer = await fetch("chat/files", { method: "POST", body: file, headers });
      if (answer.ok) this.finish(id);
      else if (answer.status === 413) this.finish(id, "too_large");
      else if (answer.status === 429) this.later(Number(answer.headers.get("Retry-After") ?? 1));
      else if (answer.status < 500) this.finish(id, "refused");
      else this.again(RETRY);
    } catch {
      this.again(RETRY);
    }
  }
}
