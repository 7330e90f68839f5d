/** The conversation: who said what and when, and what became of one's own words. */

import { avatar } from "./avatar.js";
import { button, element, set, spoken, write } from "./elements.js";

/** @typedef {import("./types.js").Message} Message */

const LINK = /https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?()[\]{}\xab\xbb\u2018-\u201f]/g;

/**
 * The list of messages. What is there stays the same element, so that nothing is read aloud twice.
 * @param {import("./view.js").Context} context
 */
export function createMessages({ config, words, chat, lang, picture, account }) {
  const list = set(element("div", ""), { role: "log", "aria-relevant": "additions" });
  const typing = set(element("div", "row", ""), { role: "img" });
  /** @type {Map<string, ReturnType<typeof createRow>>} */
  const rows = new Map();
  /** @param {Message} message */
  function author({ mine, automatic, name }) {
    return mine ? "" : automatic ? `${config.name} \u00b7 ${words.automatic}` : name || config.name;
  }

  /** @param {Message} message */
  function face({ automatic, name, picture: ref }) {
    return !automatic && name && config.agent_pictures ? avatar(name, !!ref && picture(ref), true) : account();
  }

  /** @param {Message} message */
  function createRow(message) {
    const day = element("div", "day");
    const who = element("div", "who");
    const bubble = element("div", "bubble", ...linked(message.text));
    if (message.mine) bubble.prepend(spoken(`${words.you} `));
    const line = element("div", "line", bubble);
    if (!message.mine) line.prepend(face(message));
    bubble.dir = "auto";
    const meta = element("span", "");
    const again = button("again", () => chat.again(message.id), words.again);
    const row = element("div", "", day, who, line, element("div", "meta", meta, again));
    return { row, day, who, meta, again };
  }

  /** When it was, or what else became of it. @param {Message} message @param {boolean} last  of those that were read */
  function fate({ fate: what, time }, last) {
    if (what === "failed") return words.failed;
    if (what === "waiting" || what === "sending") return words.sending;
    return new Date(time).toLocaleTimeString(lang, { timeStyle: "short" }) + (last ? ` \u00b7 ${words.read}` : "");
  }

  function update() {
    const { messages } = chat.state;
    const lastRead = messages.findLast((message) => message.fate === "read");
    let day = "";
    let who = "";
    /** @type {Node[]} */
    const present = [];
    for (const message of messages) {
      const { id, fate: what, mine, automatic } = message;
      const made = rows.get(id) || createRow(message);
      rows.set(id, made);
      if (list.children[present.length] !== made.row) list.insertBefore(made.row, list.children[present.length]);
      present.push(made.row);
      made.row.className = `row ${mine ? "mine" : automatic ? "automatic" : ""} ${what || ""}`;
      const itsDay = new Date(message.time).toLocaleDateString(lang, { dateStyle: "full" });
      const itsAuthor = author(message);
      write(made.day, itsDay === day ? "" : itsDay);
      write(made.who, itsAuthor === who && !automatic ? "" : itsAuthor);
      write(made.meta, fate(message, message === lastRead));
      made.again.hidden = what !== "failed";
      [day, who] = [itsDay, itsAuthor];
    }
    while (list.children.length > present.length) list.lastChild?.remove();
    showTyping();
  }

  function showTyping() {
    const shown = chat.state.typing;
    if (shown === !!typing.firstChild) return;
    const last = chat.state.messages.findLast(({ mine, automatic }) => !mine && !automatic);
    const dots = element("div", "bubble", ...[0, 1, 2].map(() => element("i", "")));
    typing.ariaLabel = `${last?.name || config.name} ${words.typing}`;
    typing.replaceChildren(...(shown ? [element("div", "line", last ? face(last) : account(), dots)] : []));
  }

  return { list, typing, update };
}

/** A text with its web addresses as links. @param {string} text */
function linked(text) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let place = 0;
  for (const { 0: address, index } of text.matchAll(LINK)) {
    parts.push(text.slice(place, index), linkTo(address, address));
    place = index + address.length;
  }
  return [...parts, text.slice(place)];
}

/** A link that opens beside the page and tells the other side nothing. @param {string} address @param {string} text */
export function linkTo(address, text) {
  const link = element("a", "", text);
  if (/^https?:/.test(address)) link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
  return link;
}
