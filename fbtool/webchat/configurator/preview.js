/**
 * The preview: the real widget in a frame of this origin, drawn anew whenever something that it shows was changed.
 *
 * @typedef {import("./types.js").Settings} Settings
 * @typedef {import("./types.js").Saved} Saved
 *
 * @typedef {{id: string, time: number, text: string, mine: boolean, fate?: string, name?: string, automatic?: string}} Line
 *
 * @typedef {object} Scene  what the frame shows
 * @property {Omit<Settings, "auto_replies"|"also_offline"|"tell_ip"|"origins"> &
 *   {account: string, version: number, available: boolean, name: string, has_picture: boolean}} config  of the widget
 * @property {string} language
 * @property {boolean} open
 * @property {boolean} dark  the page behind it
 * @property {Line[]} sample  what was said
 * @property {{text: string, kind: "greeting"|"autoreply"}[]} automatic  what comes after a message
 */
import { all, element, make } from "./elements.js";
import { DEFAULTS, same } from "./form.js";
import { say, spoken } from "./words.js";

/** Pause after the last change, ms. */
const CALM = 350;
/** Of the pages in the frame, CSS pixels; a computer's is as high as there is room. */
const SIZES = { computer: { width: 700, height: 700 }, phone: { width: 375, height: 667 } };
/** Width of a computer's page that is seen: the rest is cut off. */
const SEEN = 430;
/** Beside the page: `style.css` keeps the preview in view from this width on, and this much of it is no stage. */
const BESIDE = "(min-width: 1000px)";
const AROUND = 300;
const LEAST = 440;
/** Of a computer's page, above `FILLS` of the widget: in a lower one the chat would cover all of it. */
const LOWEST = 500;
const MINUTE = 60000;

/** @type {{settings: Settings, account: Saved["account"]|undefined}} */
let now = { settings: DEFAULTS, account: undefined };
/** @type {Scene|undefined} */
let drawn;
let device = "";
/** @type {ReturnType<typeof setTimeout>|undefined} */
let timer;

/** Begin, and follow the switches above it. */
export function startPreview() {
  for (const one of all('.preview input[type="radio"]', HTMLInputElement)) one.addEventListener("change", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("resize", fit);
  addEventListener("message", (event) => {
    if (event.origin !== location.origin) return;
    const frame = stage().find((one) => one.contentWindow === event.source);
    if (frame && event.data === "ready") frame.contentWindow?.postMessage({ scene: drawn }, location.origin);
    if (frame && event.data === "shown") takeOver(frame);
  });
  draw();
}

/**
 * Show these settings soon.
 * @param {Settings} settings
 * @param {Saved["account"]|undefined} account
 */
export function preview(settings, account) {
  now = { settings, account };
  clearTimeout(timer);
  timer = setTimeout(draw, CALM);
  tell();
}

/** Whether what is seen is already what the form says. */
function tell() {
  const late = timer !== undefined || stage().some((one) => one.classList.contains("coming"));
  element("stage").setAttribute("aria-busy", String(late));
}

function draw() {
  clearTimeout(timer);
  timer = undefined;
  const scene = sceneOf(now.settings, now.account);
  if (same(scene, drawn) && device === chosen("device")) return tell();
  drawn = scene;
  device = chosen("device");
  const title = say("preview.frame");
  const frame = make("iframe", { title, class: "coming", "data-device": device, "data-side": scene.config.side });
  for (const late of stage()) if (late.classList.contains("coming")) late.remove();
  frame.src = new URL("preview", import.meta.url).href;
  element("stage").append(frame);
  fit();
  tell();
}

/** The new frame is drawn: the one before goes, so that nothing flickers. @param {HTMLIFrameElement} frame */
function takeOver(frame) {
  if (!frame.classList.contains("coming")) return;
  for (const one of stage()) if (one !== frame) one.remove();
  frame.classList.remove("coming");
  tell();
  fit();
}

/** A computer's page is cut off at the side; what needs more height than there is room is made smaller. */
function fit() {
  const place = element("stage");
  const phone = device === "phone";
  const size = phone ? SIZES.phone : SIZES.computer;
  const room = matchMedia(BESIDE).matches ? Math.max(LEAST, innerHeight - AROUND) : size.height;
  const wide = place.clientWidth / (phone ? size.width : SEEN);
  const scale = Math.min(1, wide, room / (phone ? size.height : LOWEST));
  const height = phone ? size.height : Math.min(size.height, room / scale);
  place.style.height = `${Math.round(height * scale)}px`;
  for (const frame of stage()) {
    frame.style.width = `${phone ? size.width : Math.max(size.width, place.clientWidth / scale)}px`;
    frame.style.height = `${height}px`;
    frame.style.scale = String(scale);
  }
}

/** @param {Settings} settings @param {Saved["account"]|undefined} account @returns {Scene} */
function sceneOf(settings, account) {
  const { auto_replies: replies, also_offline: alsoOffline, tell_ip: _ip, origins: _origins, ...shown } = settings;
  const available = chosen("state") === "online";
  const view = chosen("view");
  const greeting = account ? account.greeting : say("preview.greeting");
  const texts = available || alsoOffline ? replies.filter((one) => one.text).map((one) => one.text) : [];
  const automatic = [
    ...(greeting ? [{ text: greeting, kind: /** @type {const} */ ("greeting") }] : []),
    ...texts.map((text) => ({ text, kind: /** @type {const} */ ("autoreply") })),
  ];
  const name = account?.name ?? say("preview.account");
  const id = account?.id ?? "preview";
  const config = {
    ...shown,
    color: /^#[0-9a-f]{6}$/.test(shown.color) ? shown.color : DEFAULTS.color,
    privacy_url: shown.privacy_url || "https://shop.example/",
    embed: shown.embed && shown.toggle_id !== "" && shown.status_id !== "",
    account: id, version: 1, available, name, has_picture: account?.has_picture ?? false,
  };
  const dark = settings.theme === "dark" || (settings.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  return {
    config, language: spoken(), open: view !== "closed", dark, automatic,
    sample: view === "chat" ? conversation(automatic, available, name) : [],
  };
}

/**
 * A question, what comes by itself, and an answer if somebody is there.
 * @param {Scene["automatic"]} automatic @param {boolean} available @param {string} name
 * @returns {Line[]}
 */
function conversation(automatic, available, name) {
  const begin = new Date().setHours(10, 41, 0, 0);
  /** @type {Line[]} */
  const lines = [{ id: "question", time: begin, text: say("preview.question"), mine: true, fate: available ? "read" : "sent" }];
  automatic.forEach(({ text, kind }, at) =>
    lines.push({ id: `automatic${at}`, time: begin + at * MINUTE, text, mine: false, name, automatic: kind }));
  if (available)
    lines.push({ id: "answer", time: begin + 3 * MINUTE, text: say("preview.answer"), mine: false, name: say("preview.agent") });
  return lines;
}

/** The frames: the one that is seen, and one that is coming. */
const stage = () => all("iframe", HTMLIFrameElement, element("stage"));

/** @param {string} name */
function chosen(name) {
  return all(`.preview input[name="${name}"]`, HTMLInputElement).find((one) => one.checked)?.value ?? "";
}
