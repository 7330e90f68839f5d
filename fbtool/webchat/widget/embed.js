/** The page's own elements: one opens and closes the chat, another tells whether somebody is there. */

import { set, write } from "./elements.js";

/** How long a page may take to show its element before our own button appears. */
const PATIENCE_MS = 5000;
const NATIVE = "button,a[href],input,summary";

/**
 * @param {import("./types.js").Config} config
 * @param {() => void} toggle
 * @param {() => void} changed  the page's element came or is missing
 */
export function createEmbedding({ toggle_id: id, status_id }, toggle, changed) {
  let instead = !!id;
  let open = false;
  let text = "";
  /** What was written last, and where: a page that translates it has the last word. @type {unknown[]} */
  let written = [];
  const find = () => document.getElementById(id);

  /** At the document: the page may put a new element in place of the old one. @param {Event} event */
  function act(event) {
    const ours = find();
    if (!ours || !event.composedPath().includes(ours)) return;
    if (event instanceof KeyboardEvent && (ours.matches(NATIVE) || !["Enter", " "].includes(event.key))) return;
    event.preventDefault();
    toggle();
  }
  function dress() {
    const ours = find();
    const status = document.getElementById(status_id);
    if (status && (written[0] !== status || written[1] !== text)) {
      write(status, text);
      written = [status, text];
    }
    if (!ours) return;
    if (!ours.matches(NATIVE)) set(ours, { role: "button", tabindex: "0" });
    set(ours, { "aria-haspopup": "dialog", "aria-expanded": open });
    if (instead) return;
    instead = true;
    changed();
  }
  new MutationObserver(dress).observe(document, { childList: true, subtree: true });
  for (const type of ["click", "keydown"]) document.addEventListener(type, act);
  setTimeout(() => {
    if (!instead || find()) return;
    instead = false;
    console.warn(`fbtool chat: the page has no element "${id}", so the chat shows its own button`);
    changed();
  }, PATIENCE_MS);

  return {
    find,
    /** Whether the page's element stands in for our button. */
    instead: () => instead,
    /** @param {boolean} isOpen @param {string} status */
    update(isOpen, status) {
      [open, text] = [isOpen, status];
      dress();
    },
  };
}
