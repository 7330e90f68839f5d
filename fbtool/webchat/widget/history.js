/**
 * Keeps the conversation in one of the browser's storages. Whatever the browser refuses (a sandboxed frame, a full disk):
 * the page's memory is enough until it is left.
 *
 * @import {Conversation} from "./queue.js"
 * @typedef {object} History
 * @property {() => boolean} lasts  whether what is kept outlives this tab
 * @property {() => Conversation | null} load
 * @property {(conversation: Conversation) => unknown} save  true: it is kept
 * @property {() => void} drop
 * @property {(yes: boolean) => void} allow  the visitor's consent to keeping it longer
 */

/** Messages kept, and their characters: two bytes each make 256 KB. */
const MOST = 200;
const MOST_CHARACTERS = 131072;

/** The newest of a conversation that may be kept. @param {Conversation} conversation */
function kept(conversation) {
  let entries = conversation.entries.filter(({ old }) => !old).slice(-MOST);
  let text;
  while ((text = JSON.stringify({ ...conversation, entries })).length > MOST_CHARACTERS) entries = entries.slice(1);
  return text;
}

/** What `access` answers, or null where the browser refuses (sandboxed frames, settings). @template T @param {() => T} access */
export function guarded(access) {
  try {
    return access();
  } catch {
    return null;
  }
}

/** @param {() => Storage} area @param {string} key @returns {History} */
export const createHistory = (area, key) => ({
  lasts: () => false,
  load() {
    const found = guarded(() => JSON.parse(area().getItem(key) || ""));
    return Array.isArray(found?.entries) ? found : null;
  },
  save: (conversation) => guarded(() => (area().setItem(key, kept(conversation)), true)),
  drop: () => guarded(() => area().removeItem(key)),
  allow() {},
});
