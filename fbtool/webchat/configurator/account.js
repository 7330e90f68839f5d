/** The token: looked at while it is typed, told in words, held in a variable of the caller only. */
import { load } from "./api.js";
import { element, input, make, part } from "./elements.js";
import { nodes, say } from "./words.js";

/** @typedef {import("./types.js").Saved} Saved */
/** @typedef {import("./types.js").Problem} Problem */

const TOKEN = /^fb[tw]_[a-z0-9]{10}_[A-Za-z0-9_-]{43}$/;
const WAIT = 250;
/** So long after a token was found, a press still means "check", which the button said a moment ago; ms. */
const SETTLED = 1000;

/**
 * Watch the field; `found` hears of an account and its token, `left` that another one is wanted.
 * @param {(saved: Saved, token: string) => void} found
 * @param {() => boolean} left  false: it is to stay
 * @returns {(now: Saved|undefined) => void}  tells the card what is known of the account, also in a new language
 */
export function watchToken(found, left) {
  const field = input("token");
  const button = part("other-account", HTMLButtonElement);
  let asked = 0;
  let foundAt = -SETTLED;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  /** @type {() => void} */
  let told = () => {};

  const tell = (/** @type {() => void} */ show) => {
    told = show;
    show();
  };
  const check = async () => {
    clearTimeout(timer);
    const token = field.value.trim();
    const wrong = mistakeIn(token);
    if (wrong) return tell(() => refuse([nodes(wrong)]));
    const question = ++asked;
    tell(() => state("busy", [nodes("token.checking")]));
    const { saved, problem } = await load(token);
    if (question !== asked) return; // another token was typed in the meantime
    if (problem) return tell(() => refuse(reason(problem)));
    if (!saved) return;
    foundAt = performance.now();
    found(saved, token);
  };
  field.addEventListener("input", () => {
    asked++;
    clearTimeout(timer);
    tell(clear);
    if (field.value.trim().length >= 20) timer = setTimeout(check, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || field.readOnly) return;
    event.preventDefault();
    void check();
  });
  button.addEventListener("click", () => {
    if (!field.readOnly) return void check();
    if (performance.now() - foundAt < SETTLED || !left()) return;
    field.value = "";
    show(undefined);
    field.focus();
  });

  /** @param {Saved|undefined} now */
  function show(now) {
    field.readOnly = now !== undefined;
    button.textContent = say(now ? "token.other" : "token.check");
    if (now) tell(() => welcome(now, field.value.trim()));
    else if (field.value) told();
    else tell(clear);
  }
  return show;
}

/** @param {string} token */
function mistakeIn(token) {
  if (!token) return "token.empty";
  if (/fbtool-/i.test(token)) return "token.code";
  if (token.startsWith("fbm_")) return "token.manager";
  return TOKEN.test(token) ? "" : "token.form";
}

/** @param {Saved} saved @param {string} token */
function welcome({ account }, token) {
  const values = { name: account.name, state: say(account.available ? "token.online" : "token.offline") };
  const lines = [nodes("token.works", values)];
  state("good", token.startsWith("fbt_") ? [...lines, nodes("token.account")] : lines);
}

/**
 * Why a token opens nothing here, and what to do: each an own line.
 * @param {Problem} problem
 */
export function reason(problem) {
  /** @type {Record<string, string>} */
  const known = { token_unknown: "unknown", account_wrong_channel: "channel", account_inactive: "inactive" };
  const key = known[problem.code];
  if (key) return [nodes(`token.${key}`), nodes(`token.${key}-what`)];
  if (problem.status === 0) return [nodes("trouble.gone")];
  return [nodes("trouble.other", { what: problem.title, meaning: problem.detail, remedy: problem.remedy })];
}

/** @param {Node[][]} lines */
const refuse = (lines) => state("bad", lines);

const clear = () => element("token-state").replaceChildren();

/** @param {"good"|"bad"|"busy"} tone @param {Node[][]} lines */
function state(tone, lines) {
  const paragraphs = lines.map((line) => make("p", {}, ...line));
  element("token-state").replaceChildren(make("div", { class: `box ${tone}` }, ...paragraphs));
  input("token").toggleAttribute("aria-invalid", tone === "bad");
}
