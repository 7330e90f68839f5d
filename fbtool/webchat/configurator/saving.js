/** "Generate widget": looks, saves, and says what is in the way and how to go on. */
import { reason } from "./account.js";
import { load, save } from "./api.js";
import { mistakes } from "./checks.js";
import { element, make, part } from "./elements.js";
import { differing, inputOf, read, same } from "./form.js";
import { listed, mark } from "./mistakes.js";
import { nodes, say } from "./words.js";

/** @typedef {import("./types.js").Saved} Saved */
/** @typedef {import("./types.js").Settings} Settings */
/** @typedef {import("./types.js").Problem} Problem */

/**
 * @typedef {object} Desk  what saving needs of the page
 * @property {() => string} token
 * @property {() => Saved|undefined} saved
 * @property {() => Settings} baseline  what the form said when it was last filled
 * @property {(now: Saved) => void} kept  it was saved
 * @property {(now: Saved, settings: Settings) => void} merged  somebody else's save was taken up
 */

let busy = false;

/** The button was pressed. @param {Desk} desk */
export async function pressed(desk) {
  const before = desk.saved();
  if (busy || !before) return;
  const settings = read();
  const wrong = mistakes(settings);
  mark(wrong);
  if (wrong.length) return complain(say("save.mistakes"), listed(wrong), wrong[0]?.input);
  quiet();
  wait(true);
  const { saved, problem } = await save(desk.token(), before.version, settings);
  wait(false);
  if (saved) desk.kept(saved);
  if (problem) await explain(problem, desk, settings);
}

/** Nothing is in the way. */
export const quiet = () => element("trouble").replaceChildren();

/** @param {Problem} problem @param {Desk} desk @param {Settings} mine @returns {Promise<void>} */
async function explain(problem, desk, mine) {
  if (problem.code === "settings_changed") return takeUp(desk, mine);
  if (problem.field) {
    const wrong = [{ input: inputOf(problem.field), text: problem.detail }];
    mark(wrong);
    return complain(say("save.mistakes"), listed(wrong), wrong[0]?.input);
  }
  if (problem.status === 0 || problem.status >= 500) {
    const again = action("trouble.again", () => pressed(desk));
    return box(nodes(problem.status ? "trouble.busy" : "trouble.gone"), again);
  }
  const [what, ...more] = reason(problem);
  box([...(what ?? []), " ", ...more.flat()]);
}

/** Somebody else was quicker: show what they changed, and offer both ways on.
 * @param {Desk} desk @param {Settings} mine @returns {Promise<void>} */
async function takeUp(desk, mine) {
  const { saved: theirs, problem } = await load(desk.token());
  if (problem) return explain(problem, desk, mine);
  if (!theirs) return;
  const before = desk.saved()?.settings ?? theirs.settings;
  const byThem = differing(before, theirs.settings);
  const byMe = differing(desk.baseline(), mine);
  const both = byThem.filter((name) => byMe.includes(name) && !same(mine[name], theirs.settings[name]));
  const names = (/** @type {string[]} */ fields) => fields.map((name) => say(`field.${name}`)).join(", ");
  const text = [...nodes("trouble.changed", { theirs: names(byThem) || say("trouble.nothing") })];
  if (both.length) text.push(document.createTextNode(" "), ...nodes("trouble.both", { both: names(both) }));
  const merge = () => {
    const settings = /** @type {any} */ ({ ...theirs.settings });
    for (const name of byMe) settings[name] = mine[name];
    desk.merged(theirs, settings);
    element("save-state").textContent = say("trouble.merged");
    quiet();
    element("save").focus();
  };
  const discard = () => {
    desk.merged(theirs, theirs.settings);
    quiet();
    element("save").focus();
  };
  box(text, action("trouble.merge", merge), action("trouble.theirs", discard));
}

/** @param {string} text @param {HTMLElement} list @param {string|undefined} first */
function complain(text, list, first) {
  element("trouble").replaceChildren(make("div", { class: "box bad" }, make("p", {}, text), list));
  if (first) element(first).focus();
}

/** @param {(Node|string)[]} text @param {HTMLElement[]} actions */
function box(text, ...actions) {
  const row = actions.length ? [make("div", { class: "actions" }, ...actions)] : [];
  element("trouble").replaceChildren(make("div", { class: "box bad" }, make("p", {}, ...text), ...row));
}

/** @param {string} key @param {() => void} act */
function action(key, act) {
  const button = make("button", { type: "button" }, say(key));
  button.addEventListener("click", act);
  return button;
}

/** @param {boolean} yes */
function wait(yes) {
  busy = yes;
  part("save", HTMLButtonElement).setAttribute("aria-disabled", String(yes));
  if (yes) element("save-state").textContent = say("save.saving");
  else element("save-state").textContent = say("save.unsaved");
}
