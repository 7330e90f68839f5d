/** The one element of the chat in the page: a closed shadow root that page and chat cannot break each other through. */

import { element, set } from "./elements.js";
import style from "./style.css" with { type: "text" };

/** Tools that record sessions leave out what carries these. */
const MASKS = { class: "rr-block", "data-private": "", "data-hj-suppress": "", "data-clarity-mask": true };

/**
 * @param {string} lang
 * @param {DOMStringMap} data  of the script tag
 * @returns {[root: ShadowRoot, box: HTMLElement]}  the box is what everything visible stands in
 */
export function createHost(lang, { debug, into, z }) {
  const host = set(document.createElement("fbtool-chat"), { ...MASKS, lang });
  const root = host.attachShadow({ mode: debug == null ? "closed" : "open" });
  const box = element("div", "box");
  if (z) box.style.setProperty("--z", z);
  root.append(box);
  try {
    // Constructed style sheets need nothing of the page's Content-Security-Policy.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(element("style", "", style)); // a browser from before 2023
  }
  // Shortcuts of the page are none of somebody who writes here.
  for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, (event) => event.stopPropagation());
  stay(host, into);
  return [root, box];
}

/**
 * Stays in the page whatever scripts put in place of its parts, beside the body unless somewhere else is wanted.
 * @param {HTMLElement} host @param {string | undefined} into  an element's id
 */
function stay(host, into) {
  const place = () => {
    const page = document.documentElement;
    const parent = (into && document.getElementById(into)) || page;
    if (host.parentNode !== parent) parent.append(host);
    watch.observe(page, { childList: true, subtree: !!into });
  };
  // Not at once: a page that removes what it does not know would be busy for ever.
  const watch = new MutationObserver(() => setTimeout(place));
  watch.observe(document, { childList: true });
  place();
}
