/**
 * Sends what waits, one message at a time and in order, until the gateway has it: kept here before it is tried, always
 * under the same id. Only a refusal that repeating cannot mend ends that; after the third failure a message is shown as
 * not sent, and tried on.
 *
 * @import {Page, Answer, Ask} from "./transport.js"
 * @import {Room} from "./chat.js"
 * @import {Conversation, Entry} from "./queue.js"
 * @import {Tickets} from "./ticket.js"
 */
import { createLoop } from "./loop.js";
import { isUnsent, messageId, refuse } from "./queue.js";

/** ms that one request may take. */
const LIMIT = 20000;
/** An id's time is set right where this computer's clock was wrong when it was written, ms. */
const AHEAD = 300000;
const OLD = 400000000;
/** Failures before the one after which a message is shown as not sent. */
const QUIET = 2;

/** "de" of "de-AT"; nothing of what is no language, so that the gateway does not refuse the message for it. */
const LANGUAGE = /^[a-z]{2,3}\b/i;

/** Repeating it cannot mend it. @param {Answer} answer */
const isRefusal = ({ status, body }) =>
  [400, 409, 413].includes(status) || body.code === "origin_not_allowed";

/** @param {Page} page @param {Ask} ask @param {Room} room @param {Tickets} tickets */
export function createSender(page, ask, room, tickets) {
  /** @param {Conversation} chat @param {Entry} message */
  async function request({ key, names }, message) {
    return {
      id: messageId(message),
      text: message.text,
      page: message.page,
      lang: (page.document.documentElement.lang || page.navigator.language).match(LANGUAGE)?.[0],
      keeps: room.keeps(),
      ...(key ? { key } : { names, ...(await tickets.shown()) }),
    };
  }

  /**
   * What an answer means for the message, and when to go on.
   * @param {Conversation} chat @param {Entry} message
   * @param {Answer} answer @param {boolean} untried @param {number} failures
   */
  function settle(chat, message, answer, untried, failures) {
    const { status, body } = answer;
    if (status < 300 && body.key) {
      message.time = body.time;
      message.fate = body.time <= chat.read ? "read" : "sent";
      message.refused = false;
      chat.key = body.key;
      if (room.gone.has(chat.origin)) room.close(body.key);
      room.stored(body.available);
      return 0;
    }
    // Another tab may have learnt meanwhile that it is stored.
    if (!isUnsent(message)) return 0;
    if (status === 410) {
      // Nothing of an untried one is stored: it begins the next conversation.
      if (untried) Object.assign(message, { fate: "waiting", tried: false });
      room.over(chat);
      return 0;
    }
    if (isRefusal(answer)) refuse(message);
    else if (failures >= QUIET && status !== 429) message.fate = "failed";
    if (body.code === "ticket_needed") tickets.refused();
    room.commit();
    return message.refused ? 0 : answer;
  }

  return createLoop(page, async (signal, failures) => {
    const { chat } = room;
    const { key } = chat;
    const next = () => (room.leads() && room.chat === chat && chat.key === key ? chat.entries.find(isUnsent) : null);
    const message = next();
    if (!message) return Infinity;
    const failed = await tickets.ready(!key);
    if (signal.aborted || next() !== message) return 0;
    const untried = !message.tried;
    if (untried && !failed) {
      const late = tickets.now() - message.time;
      if (late < -AHEAD || late > OLD) message.time += late;
      message.fate = "sending";
      message.tried = true;
      chat.origin ||= message.id;
      room.commit();
      if (next() !== message) return 0;
    }
    const answer = failed || (await ask("/messages", await request(chat, message), LIMIT, signal));
    return signal.aborted && !answer.status ? 0 : settle(chat, message, answer, untried, failures);
  });
}
