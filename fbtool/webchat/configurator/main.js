/** The configurator: puts its parts together. The token is in a variable of this module and nowhere else. */
import { watchToken } from "./account.js";
import { all, element, input, part } from "./elements.js";
import { DEFAULTS, differing, fill, read } from "./form.js";
import { mark } from "./mistakes.js";
import { preview, startPreview } from "./preview.js";
import { pressed, quiet } from "./saving.js";
import { sketch } from "./sketch.js";
import { copyOnClick, showSnippet } from "./snippet.js";
import { other, preferred, say, speak } from "./words.js";

/** @typedef {import("./types.js").Saved} Saved */

let token = "";
/** @type {Saved|undefined} */
let saved;
let baseline = DEFAULTS;
let generated = false;

const isDirty = () => saved !== undefined && differing(baseline, read()).length > 0;

/** Everything that follows from what the form says. */
function follow() {
  const settings = read();
  sketch(settings, saved);
  preview(settings, saved?.account);
  element("unsaved-sign").hidden = !isDirty();
  if (!saved) return;
  element("save-state").textContent = say(isDirty() ? "save.unsaved" : generated ? "save.saved" : "save.hint");
}

/** Show an account, or none. @param {Saved|undefined} account */
function show(account) {
  saved = account;
  generated = false;
  fill(account?.settings ?? DEFAULTS);
  baseline = read();
  part("settings", HTMLFieldSetElement).disabled = !account;
  element("result").hidden = true;
  mark([]);
  quiet();
  showToken(account);
  follow();
}

const showToken = watchToken(
  (account, given) => {
    token = given;
    show(account);
  },
  () => {
    if (isDirty() && !confirm(say("unsaved.leave"))) return false;
    token = "";
    show(undefined);
    return true;
  },
);

/** The rules of saving's face. @type {import("./saving.js").Desk} */
const desk = {
  token: () => token,
  saved: () => saved,
  baseline: () => baseline,
  kept(now) {
    saved = now;
    generated = true;
    fill(now.settings);
    baseline = read();
    showSnippet(now);
    follow();
    element("result").focus();
  },
  merged(now, settings) {
    saved = now;
    fill(now.settings);
    baseline = read();
    fill(settings);
    follow();
  },
};

async function switchLanguage() {
  await speak(other());
  relabel();
  mark([]);
  quiet();
  showToken(saved);
  if (saved && generated) showSnippet(saved);
  follow();
}

function relabel() {
  element("language").textContent = say("language");
  element("language").lang = other();
  for (const row of [0, 1, 2]) {
    const number = row + 1;
    input(`seconds-${row}`).setAttribute("aria-label", say("replies.seconds-of", { number }));
    element(`reply-${row}`).setAttribute("aria-label", say("replies.text", { number }));
  }
}

async function begin() {
  await speak(preferred());
  element("host").textContent = location.host;
  relabel();
  fill(DEFAULTS);
  element("page").hidden = false;
  startPreview();
  copyOnClick();
  show(undefined);
  element("language").addEventListener("click", () => void switchLanguage());
  const form = part("form", HTMLFormElement);
  input("swatch").addEventListener("input", () => (input("color").value = input("swatch").value));
  form.addEventListener("input", (event) => {
    if (event.target === input("token")) return;
    for (const one of all(".mistake", HTMLElement)) if (one.id === `${/** @type {Element} */ (event.target).id}-mistake`) one.remove();
    follow();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void pressed(desk);
  });
  addEventListener("beforeunload", (event) => {
    if (isDirty()) event.preventDefault();
  });
}

void begin();
