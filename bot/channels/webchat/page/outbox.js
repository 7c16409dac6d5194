// What the visitor did and the server has not taken yet, in order. It survives a reload; files do not.

const KEPT = "switchboard.outbox";

export class Outbox {
  constructor() {
    this.entries = [];
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
      this.entries = Array.isArray(kept) ? kept.filter((entry) => typeof entry?.id === "string") : [];
    } catch {
      // A browser that keeps nothing still sends what is written now.
    }
  }

  get first() {
    return this.entries[0];
  }

  add(entry) {
    this.entries.push(entry);
    this.keep();
  }

  remove(id) {
    this.entries = this.entries.filter((entry) => entry.id !== id);
    this.keep();
  }

  keep() {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(this.entries.filter((entry) => !entry.file)));
    } catch {
      // See above.
    }
  }
}
