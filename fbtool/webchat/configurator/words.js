/** The page's words in German and English. `code` and **strong** words are marked as in Markdown. */
import { all, make } from "./elements.js";

/** @type {Record<string, Record<string, string>>} */
const known = {};
let language = "de";

/** The language spoken now. */
export const spoken = () => language;

/** The other one. */
export const other = () => (language === "de" ? "en" : "de");

/** The language of this browser's reader that the page has. */
export function preferred() {
  const wishes = navigator.languages.map((one) => one.slice(0, 2));
  return wishes.find((one) => one === "de" || one === "en") ?? "en";
}

/**
 * Speak this language from now on.
 * @param {string} wanted
 */
export async function speak(wanted) {
  known[wanted] ??= await (await fetch(new URL(`words.${wanted}.json`, import.meta.url))).json();
  language = document.documentElement.lang = wanted;
  document.title = `${say("title")} – fbtool`;
  translate(document);
}

/**
 * The words of a key, with values for its `{names}`.
 * @param {string} key
 * @param {Record<string, string|number>} values
 */
export function say(key, values = {}) {
  const text = known[language]?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * The same as nodes, with its marks; values are never read for marks.
 * @param {string} key
 * @param {Record<string, string|number>} values
 * @returns {Node[]}
 */
export function nodes(key, values = {}) {
  const parts = (known[language]?.[key] ?? key).split(/(`[^`]+`|\*\*[^*]+\*\*)/);
  return parts.filter(Boolean).map((part) => {
    const fill = (/** @type {string} */ text) =>
      text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
    if (part.startsWith("`")) return make("code", {}, fill(part.slice(1, -1)));
    if (part.startsWith("**")) return make("strong", {}, fill(part.slice(2, -2)));
    return document.createTextNode(fill(part));
  });
}

/**
 * Put the words where `data-words`, `data-placeholder` and `data-label` ask for them.
 * @param {ParentNode} root
 */
export function translate(root) {
  for (const one of all("[data-words]", HTMLElement, root)) one.replaceChildren(...nodes(one.dataset.words ?? ""));
  for (const one of all("[data-placeholder]", HTMLElement, root))
    one.setAttribute("placeholder", say(one.dataset.placeholder ?? ""));
  for (const one of all("[data-label]", HTMLElement, root))
    one.setAttribute("aria-label", say(one.dataset.label ?? ""));
}
