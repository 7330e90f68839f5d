/** Elements made by DOM calls alone: whatever somebody wrote can only become text (and Trusted Types need no policy). */

const SVG = "http://www.w3.org/2000/svg";

/** Lines in a square of 24. */
export const BUBBLE = "M12 4c5 0 8 3 8 6.5S17 17 12 17l-2-.2L5 19l1-3.6C5 14 4 12.5 4 10.5 4 7 7 4 12 4z";
export const CHEVRON = "m6 9 6 6 6-6";
export const DOTS = "M12 5h0M12 12h0M12 19h0";
export const PLANE = "m4 5 16 7-16 7 2-7z";

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} name  its class
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
}

/**
 * @param {string} name  its class
 * @param {() => void} click
 * @param {(Node | string)[]} children
 */
export function button(name, click, ...children) {
  const made = element("button", name, ...children);
  made.type = "button";
  made.addEventListener("click", click);
  return made;
}

/** @template {Element} T @param {T} place @param {Record<string, string | boolean>} attributes */
export function set(place, attributes) {
  for (const name of Object.keys(attributes)) place.setAttribute(name, `${attributes[name]}`);
  return place;
}

/** Something for screen readers only. @param {string} text */
export function spoken(text) {
  return element("span", "spoken", text);
}

/** @param {string} lines */
export function icon(lines) {
  const [drawing, path] = ["svg", "path"].map((tag) => document.createElementNS(SVG, tag));
  drawing.append(set(path, { d: lines }));
  return set(drawing, { viewBox: "0 0 24 24", "aria-hidden": true });
}

/** Gives an element its text, unless it has it: what is announced is announced once. @param {Element} place @param {string} text */
export function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}
