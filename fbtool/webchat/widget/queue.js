/**
 * A conversation as the browser keeps it. The messages that are not sent yet are part of it: their order is the order
 * of sending, and whoever has the conversation can send them.
 *
 * @import {Message, Names} from "./types.js"
 * @typedef {Message & {page?: string, tried?: boolean, refused?: boolean, old?: boolean}} Entry
 *   `page`: where an own one was written; `tried`: so the gateway may have it; `refused`: it is not to be tried again by itself; `old`: of a conversation
 *   that is over, for the screen only.
 * @typedef {{origin: string, key: string, cursor: string, entries: Entry[], names?: Names, ended: boolean,
 *   seen: string, read: number, turn: number}} Conversation
 *   `origin`: the id of the message that began it, "" before it was tried: tells conversations apart, as keys are
 *   renewed. `seen`: last answer that was in view. `read`: an agent has read until then. `turn`: counts the changes
 *   made by the tab that leads, so that the newer of two copies is known.
 */

/** @param {Entry[]} entries @returns {Conversation} */
export const newConversation = (entries) =>
  ({ origin: "", key: "", cursor: "", entries, ended: entries.length > 0, seen: "", read: 0, turn: 0 });

/** The gateway has it. @param {Entry} entry */
const isStored = ({ fate }) => fate === "sent" || fate === "read";

/** To be sent. @param {Entry} entry */
export const isUnsent = (entry) => entry.mine && !entry.refused && !isStored(entry);

/** To be sent, and nobody knows whether the gateway has it. @param {Entry} entry */
export const isUnclear = (entry) => isUnsent(entry) && entry.tried;

/** Its id for the gateway until it is stored: the same in all copies. @param {Entry} entry */
export const messageId = ({ id, time }) => time.toString(16).padStart(11, "0") + "-" + id;

/** @param {Entry} entry */
export function refuse(entry) {
  entry.fate = "failed";
  entry.refused = true;
}

/** @param {Conversation} conversation @param {string} id */
export const entryOf = ({ entries }, id) => entries.find((entry) => entry.id === id);

/** @param {Conversation} conversation @param {string} id */
const place = ({ entries }, id) => entries.findIndex((entry) => entry.id === id);

/** Answers that nobody has looked at. @param {Conversation} conversation */
export const unseen = (conversation) =>
  conversation.entries.slice(place(conversation, conversation.seen) + 1).filter(({ mine, old }) => !mine && !old);

/** @param {Conversation} conversation */
const age = ({ entries, origin }) => (entries.at(-1)?.time || 0) + origin;

/**
 * The one conversation of two copies, of this tab and another or of the storage; both come to the same. Of two
 * different conversations the later wins and takes over what the other has not sent; where that may have been stored
 * there already, the visitor decides.
 * @param {Conversation} ours @param {Conversation} theirs
 */
export function merged(ours, theirs) {
  const same = ours.origin === theirs.origin;
  const into = same || !theirs.origin || (ours.origin && age(ours) > age(theirs)) ? ours : theirs;
  const other = into === ours ? theirs : ours;
  const newer = other.turn > into.turn;
  for (const entry of other.entries) {
    const known = entryOf(into, entry.id);
    if (known) {
      if (known.fate !== "read" && (isStored(entry) || (newer && !isStored(known)))) Object.assign(known, entry);
    } else if (same || isUnsent(entry)) {
      if (!same && isUnclear(entry)) refuse(entry);
      into.entries.push(entry);
    }
  }
  if (same) {
    if (newer || (other.key && !into.key)) Object.assign(into, { ...other, entries: into.entries, seen: into.seen });
    if (place(into, other.seen) > place(into, into.seen)) into.seen = other.seen;
  }
  return into;
}
