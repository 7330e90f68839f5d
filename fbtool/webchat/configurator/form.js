/** The form and the settings: one is filled from the other, and read back. */
import { all, element, input, part } from "./elements.js";

/** @typedef {import("./types.js").Settings} Settings */

export const ROWS = [0, 1, 2];

/** @type {Settings} */
export const DEFAULTS = {
  size: "adapt", side: "right", theme: "auto", color: "#0b5fd0", online_text: "", offline_text: "", heading: "",
  agent_pictures: true, names: "ask", keep_open: false, offline: "write", offline_note: "", privacy_url: "",
  identify: "off", identify_days: 30, embed: false, toggle_id: "", status_id: "", auto_replies: [],
  also_offline: false, tell_ip: false, origins: [],
};

const TEXTS = /** @type {const} */ (["online_text", "offline_text", "heading", "privacy_url", "toggle_id", "status_id"]);
const SWITCHES = /** @type {const} */ (["agent_pictures", "keep_open", "also_offline", "tell_ip", "embed"]);

/** @param {string} field */
const switchOf = (field) => all(`input[data-field="${field}"]`, HTMLInputElement)[0];

/** @param {string} id */
const area = (id) => part(id, HTMLTextAreaElement);

/**
 * Show these settings.
 * @param {Settings} settings
 */
export function fill(settings) {
  for (const name of TEXTS) input(name).value = settings[name];
  for (const name of SWITCHES) switchOf(name).checked = settings[name];
  choose("size", settings.size);
  choose("offline", settings.offline);
  part("side", HTMLSelectElement).value = settings.side;
  part("theme", HTMLSelectElement).value = settings.theme;
  input("color").value = input("swatch").value = settings.color;
  area("offline_note").value = settings.offline_note;
  input("ask-names").checked = settings.names !== "no";
  input("require-names").checked = settings.names === "require";
  input("identify").checked = settings.identify !== "off";
  choose("identify", settings.identify === "consent" ? "consent" : "on");
  input("identify_days").value = String(settings.identify_days);
  area("origins").value = settings.origins.join("\n");
  for (const row of ROWS) {
    const reply = settings.auto_replies[row];
    input(`seconds-${row}`).value = reply ? String(reply.seconds) : "";
    area(`reply-${row}`).value = reply ? reply.text : "";
  }
}

/**
 * What the form says. Numbers that are none are NaN; empty rows are left out.
 * @returns {Settings}
 */
export function read() {
  /** @type {Settings} */
  const settings = { ...DEFAULTS, auto_replies: [], origins: [] };
  for (const name of TEXTS) settings[name] = input(name).value.trim();
  for (const name of SWITCHES) settings[name] = switchOf(name).checked;
  settings.size = /** @type {Settings["size"]} */ (chosen("size"));
  settings.offline = /** @type {Settings["offline"]} */ (chosen("offline"));
  settings.side = /** @type {Settings["side"]} */ (part("side", HTMLSelectElement).value);
  settings.theme = /** @type {Settings["theme"]} */ (part("theme", HTMLSelectElement).value);
  settings.color = input("color").value.trim().toLowerCase();
  settings.offline_note = area("offline_note").value.trim();
  const required = input("require-names").checked;
  settings.names = !input("ask-names").checked ? "no" : required ? "require" : "ask";
  settings.identify = input("identify").checked ? /** @type {"on"|"consent"} */ (chosen("identify")) : "off";
  settings.identify_days = whole(input("identify_days").value);
  // What is switched off and cannot be seen or used is in nobody's way.
  if (settings.identify === "off" && Number.isNaN(settings.identify_days)) settings.identify_days = DEFAULTS.identify_days;
  settings.privacy_url = normal(settings.privacy_url);
  for (const name of /** @type {const} */ (["toggle_id", "status_id"])) {
    settings[name] = settings[name].replace(/^#/, "");
    if (!settings.embed && !isId(settings[name])) settings[name] = "";
  }
  settings.origins = area("origins").value.split(/\s+/).filter(Boolean).map(originOf);
  settings.auto_replies = usedRows().map(rowOf);
  return settings;
}

/**
 * A row of the automatic replies as it stands there.
 * @param {number} row
 */
export const rowOf = (row) => ({
  seconds: whole(input(`seconds-${row}`).value),
  text: area(`reply-${row}`).value.trim(),
});

/** The rows in which something stands. */
const usedRows = () => ROWS.filter((row) => rowOf(row).text || !Number.isNaN(rowOf(row).seconds));

/** Whether it can be the id of an element. @param {string} text */
export const isId = (text) => /^[A-Za-z][\w:.-]*$/.test(text);

/** @param {string} text */
const whole = (text) => (/^\s*\d{1,6}\s*$/.test(text) ? Number(text) : NaN);

/**
 * An address as browsers write it (names with umlauts get their form for machines).
 * @param {string} text
 */
function normal(text) {
  try {
    return text.startsWith("https://") ? new URL(text).href : text;
  } catch {
    return text;
  }
}

/** @param {string} text */
function originOf(text) {
  try {
    const url = new URL(text);
    return url.pathname === "/" && !url.search && !url.hash && url.origin !== "null" ? url.origin : text;
  } catch {
    return text;
  }
}

/** @param {string} name @param {string} value */
function choose(name, value) {
  for (const one of all(`#form input[type="radio"][name="${name}"]`, HTMLInputElement)) one.checked = one.value === value;
}

/** @param {string} name */
function chosen(name) {
  const found = all(`#form input[type="radio"][name="${name}"]`, HTMLInputElement).find((one) => one.checked);
  return found?.value ?? "";
}

/**
 * Whether two values of a setting are the same.
 * @param {unknown} one @param {unknown} two
 */
export const same = (one, two) => JSON.stringify(one) === JSON.stringify(two);

/**
 * The fields in which two settings differ.
 * @param {Settings} one @param {Settings} two
 */
export const differing = (one, two) =>
  /** @type {(keyof Settings)[]} */ (Object.keys(DEFAULTS)).filter((name) => !same(one[name], two[name]));

/** The element of the form that shows a field's mistakes, for the names that the gateway uses. */
export function inputOf(/** @type {string} */ field) {
  const row = /^auto_replies\[(\d)\]\.(seconds|text)$/.exec(field);
  if (row) return `${row[2] === "text" ? "reply" : "seconds"}-${usedRows()[Number(row[1])]}`;
  const name = field.replace(/\[.*/, "");
  return document.getElementById(name) ? element(name).id : "save";
}
