// One message as an element.

import { icon, make } from "./dom.js";

const PICTURES = ["photo", "animation", "sticker"];
const SOUNDS = ["voice", "audio"];
const FILMS = ["video", "video_note"];
const PAPER = "M6 3h8l4 4v14H6zM14 3v4h4";
const PIN = "M12 21s-7-6.2-7-11.5a7 7 0 0 1 14 0C19 14.8 12 21 12 21z";
const MAP = "https://www.openstreetmap.org/";

// `message` as the server shows it; `name` is who wrote it, for those who don't see on which side it stands.
export function bubble(message, at, { words, formats, name }) {
  const body = make("div", { class: "bubble", dir: "auto" }, ...parts(message, words, formats));
  const time = make("time", { datetime: new Date(at).toISOString() }, formats.clock(at));
  const below = make("p", { class: "below-bubble" });
  if (message.edited) below.append(words.edited, " · ");
  below.append(time);
  const writer = make("p", { class: message.by === "agent" ? "writer" : "writer unseen" }, make("bdi", {}, name));
  return make("article", { class: `message by-${message.by}` }, writer, body, below);
}

export function textOf(message) {
  return (message.runs ?? []).map((run) => run.text).join("");
}

function parts(message, words, formats) {
  const made = [];
  if (message.file) made.push(fileOf(message.file, words, formats));
  if (message.runs?.length && textOf(message)) made.push(make("div", { class: "text" }, ...message.runs.map(runOf)));
  if (message.place) made.push(placeOf(message.place, words));
  if (message.contact) made.push(contactOf(message.contact));
  return made;
}

function runOf(run) {
  let made = document.createTextNode(run.text);
  if (run.code) made = make("code", { dir: "ltr" }, made);
  if (run.italic) made = make("em", {}, made);
  if (run.bold) made = make("strong", {}, made);
  return run.url ? linkTo(run.url, {}, made) : made;
}

function linkTo(url, attributes, ...children) {
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...attributes }, ...children);
}

function fileOf(file, words, formats) {
  const name = file.name || (PICTURES.includes(file.kind) ? words.image : words.file);
  if (file.url && PICTURES.includes(file.kind)) {
    const image = make("img", { src: file.url, alt: name, loading: "lazy" });
    const picture = linkTo(file.url, { class: "picture" }, image);
    image.onerror = () => picture.replaceWith(documentOf(file, name, formats));
    return picture;
  }
  const player = { src: file.url, controls: true, preload: "metadata", "aria-label": name };
  if (file.url && SOUNDS.includes(file.kind)) return make("audio", player);
  if (file.url && FILMS.includes(file.kind)) return make("video", { ...player, playsinline: true });
  return documentOf(file, name, formats);
}

function documentOf(file, name, formats) {
  const label = make("span", { class: "file-name" }, make("bdi", {}, name));
  if (file.size_bytes) label.append(make("small", {}, formats.size(file.size_bytes)));
  const attributes = { class: "document" };
  return file.url
    ? linkTo(file.url, { ...attributes, download: file.name ?? true }, icon(PAPER), label)
    : make("span", attributes, icon(PAPER), label);
}

function placeOf({ latitude, longitude }, words) {
  const url = `${MAP}?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return linkTo(url, { class: "document" }, icon(PIN), make("span", { class: "file-name" }, words.place));
}

function contactOf({ phone, name }) {
  const number = make("a", { href: `tel:${phone.replace(/[^\d+]/g, "")}`, dir: "ltr" }, phone);
  return make("div", { class: "contact" }, name ? make("bdi", {}, name) : null, number);
}
