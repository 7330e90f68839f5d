/** What the widget says, in the language of the page or else of the browser; English where neither is there. */

import wordsDe from "./words.de.json" with { type: "json" };
import wordsEn from "./words.en.json" with { type: "json" };

/** @typedef {typeof wordsEn} Words */

/**
 * @param {string | undefined} wanted  what the script tag asks for
 * @returns {{lang: string, words: Words}}
 */
export function language(wanted) {
  const asked = [wanted, document.documentElement.lang, ...navigator.languages];
  const lang = asked.map((tag) => (tag || "").slice(0, 2).toLowerCase()).find((tag) => tag === "de" || tag === "en");
  return { lang: lang || "en", words: lang === "de" ? wordsDe : wordsEn };
}

