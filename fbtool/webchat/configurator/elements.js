/** Elements of the page, found by their id and made of text only. */

/**
 * The element with this id, of this kind.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function part(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`no ${kind.name} ${id}`);
  return found;
}

/** @param {string} id */
export const element = (id) => part(id, HTMLElement);

/** @param {string} id */
export const input = (id) => part(id, HTMLInputElement);

/**
 * All elements of a kind that match a selector.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} kind
 * @param {ParentNode} root
 * @returns {T[]}
 */
export function all(selector, kind, root = document) {
  const isKind = /** @type {(one: Element) => one is T} */ ((one) => one instanceof kind);
  return [...root.querySelectorAll(selector)].filter(isKind);
}

/**
 * A new element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string>} attributes
 * @param {(Node|string)[]} content
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}
