/**
 * Fetches what the gateway has for this conversation. What came is kept first and acknowledged with the next poll, so
 * that nothing is lost in between; ids make what comes twice invisible.
 *
 * @import {Page, Ask} from "./transport.js"
 * @import {Room} from "./chat.js"
 */
import { createLoop, scattered } from "./loop.js";
import { entryOf } from "./queue.js";
import { MINUTE } from "./status.js";

/** Seconds that the gateway may hold a poll. */
const HELD = 25;
/** Pause after another tab or gateway took the poll over, ms. */
const REPLACED = 30000;
/** Pause after a poll that brought nothing, however soon it was answered, ms. */
const NOTHING = 1000;

/** @param {Page} page @param {Ask} ask @param {Room} room */
export function createReceiver(page, ask, room) {
  let told = "";
  return createLoop(page, async (signal, failures) => {
    const { chat } = room;
    if (!chat.key || !room.leads()) return Infinity;
    const slow = chat.ended || room.idle();
    // After a failure at once, to know soon that the connection is back.
    const wait = slow || failures ? 0 : HELD;
    const { key, cursor, seen } = chat;
    const request = { key, after: cursor || undefined, wait, seen: seen === told ? undefined : seen };
    const answer = await ask("/events", request, (wait + 10) * 1000, signal);
    if (signal.aborted || room.chat !== chat) return 0;
    const { status, body: { events, cursor: next, available } } = answer;
    if (events) {
      told = seen;
      chat.cursor = next;
      for (const event of events) receive(room, event);
      const news = events.length > 0;
      if (news || available !== room.live.available) {
        room.live.available = available;
        room.commit();
      }
      return news ? 0 : slow ? scattered(page, MINUTE) : NOTHING;
    }
    if (status === 409) return scattered(page, REPLACED);
    if (status === 410) room.over(chat);
    return answer;
  });
}

/** @param {Room} room @param {any} event */
function receive({ chat, typing }, { type, id, time, text, name, picture, automatic }) {
  if (type === "message" && !entryOf(chat, id)) chat.entries.push({ id, time, text, mine: false, name, picture, automatic });
  if (type === "closed") chat.ended = true;
  if (type === "seen") {
    chat.read = time;
    for (const entry of chat.entries) if (entry.fate === "sent" && entry.time <= time) entry.fate = "read";
  }
  if (type === "typing" || type === "message") typing(type === "typing");
}
