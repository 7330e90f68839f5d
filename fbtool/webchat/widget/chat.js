/**
 * The engine of the web chat: one conversation of one browser with one account, shared by all tabs of the page's
 * origin. While nobody has written there is no request but for the status, and nothing is stored.
 *
 * @import {Config, Chat, ChatState} from "./types.js"
 * @import {Page} from "./transport.js"
 * @import {Conversation} from "./queue.js"
 *
 * @typedef {object} Room  what sender and receiver see of the chat
 * @property {Conversation} chat  the present one; another object where another one took its place
 * @property {{available: boolean, connected: boolean, typing: boolean}} live
 * @property {() => boolean} leads  only then may be sent and polled
 * @property {() => boolean} keeps  the browser keeps the conversation beyond this tab
 * @property {() => boolean} idle  nobody has looked for five minutes
 * @property {() => void} commit  keeps, tells and shows what was changed
 * @property {(available: boolean) => void} stored  a message of the conversation is at the gateway
 * @property {(key: string) => void} close  the visitor ended it: its key shall be refused from now on
 * @property {(yes: boolean) => void} typing
 * @property {(chat: Conversation) => void} over  the gateway knows this conversation no more
 * @property {Set<string>} gone  origins of conversations that are over: what comes late from other tabs revives none
 */
import { createHistory } from "./history.js";
import { createKeptHistory } from "./kept_history.js";
import { createLoop } from "./loop.js";
import { createReceiver } from "./receiver.js";
import { createSender } from "./sender.js";
import { createStatus } from "./status.js";
import { createTabs } from "./tabs.js";
import { createTickets } from "./ticket.js";
import { createTransport } from "./transport.js";
import { entryOf, isUnclear, isUnsent, merged, newConversation, refuse, unseen } from "./queue.js";

/** How long somebody is shown typing, ms. */
const TYPING = 6000;
/** What telling that a conversation is over may take, ms. */
const CLOSING = 10000;
/** Hidden for longer, the page asks once a minute only, ms. */
const IDLE = 300000;
/** Of a page's address the gateway takes so many characters. */
const LONGEST_PAGE = 2000;
/** Requests that failed in a row until the connection counts as lost. */
const LOST = 2;

/** @param {Config} config @param {string} base  https://GATEWAY/webchat/ACCOUNT @param {Page} page @returns {Chat} */
export function createChat(config, base, page) {
  const place = "fbt_chat_" + config.account;
  const session = createHistory(() => page.sessionStorage, place);
  const lasting = createHistory(() => page.localStorage, place);
  // Where no setting wants it, the joined file has null in its place.
  const createKept = config.identify !== "off" && createKeptHistory;
  const store = createKept ? createKept(page, place, config, session, lasting) : session;
  if (!createKept) lasting.drop();
  /** @type {Set<() => void>} */
  const listeners = new Set();
  let failures = 0;
  let inView = false;
  let hiddenSince = page.Date.now();
  let typingTimer = 0;
  /** @type {ChatState} */
  let state;

  /** @type {Room} */
  const room = {
    chat: store.load() || newConversation([]),
    live: { available: config.available, connected: true, typing: false },
    leads: () => tabs.leads(),
    keeps: store.lasts,
    idle: () => !isVisible() && page.Date.now() - hiddenSince > IDLE,
    commit,
    stored(available) {
      room.live.available = available;
      commit();
      receiver.wake();
    },
    close(key) {
      createLoop(page, async (signal) => {
        const answer = await ask("/close", { key }, CLOSING, signal);
        return !answer.status || answer.status >= 429 ? answer : Infinity;
      });
    },
    typing(yes) {
      page.clearTimeout(typingTimer);
      room.live.typing = yes;
      if (yes) typingTimer = page.setTimeout(() => (room.typing(false), show()), TYPING);
    },
    over: ({ origin }) => everywhere("finish", origin, "gone"),
    gone: new Set(),
  };

  const isVisible = () => page.document.visibilityState === "visible";
  const isStarted = () => room.chat.entries.some(({ old }) => !old);

  /** To the other tabs and to this one's screen. */
  function show() {
    tabs.tell({ chat: room.chat, live: tabs.leads() && room.live });
    showHere();
  }

  function showHere() {
    const { entries, ended } = room.chat;
    state = { ...room.live, messages: [...entries], ended, unread: unseen(room.chat).length, started: isStarted(), leads: tabs.leads() };
    for (const listener of listeners) listener();
  }

  /** What all tabs share in one place may have been changed by another one. */
  function keep() {
    if (store.lasts()) absorb(store.load());
    if (isStarted()) store.save(room.chat);
  }

  function commit() {
    if (inView) look();
    if (tabs.leads()) room.chat.turn++;
    keep();
    show();
  }

  /** Everything is in view. Answers whether something new was. */
  function look() {
    const last = unseen(room.chat).pop();
    if (last) room.chat.seen = last.id;
    return last;
  }

  /** @param {Conversation | null} theirs */
  function absorb(theirs) {
    if (theirs && !room.gone.has(theirs.origin)) room.chat = merged(room.chat, theirs);
  }

  /** What one tab does and the others as well. @type {Record<string, (...values: any[]) => void>} */
  const calls = {
    hello: () => tabs.leads() && show(),
    /**
     * A conversation is over. What was not tried begins the next one, unless the visitor ended it; what may have been
     * stored is left to the visitor.
     * @param {string} origin @param {"gone" | "end" | "forget"} why
     */
    finish(origin, why) {
      const { key, entries, names } = room.chat;
      if (room.chat.origin !== origin) return;
      if (origin) room.gone.add(origin);
      if (key && why !== "gone" && tabs.leads()) room.close(key);
      for (const entry of entries) {
        if (isUnsent(entry) && (why !== "gone" || isUnclear(entry))) refuse(entry);
        entry.old = !isUnsent(entry);
      }
      room.chat = newConversation(why === "forget" ? [] : entries);
      if (why === "gone") room.chat.names = names;
      room.chat.ended &&= !isStarted();
      store.drop();
      commit();
      statusLoop.wake();
    },
    /** @param {boolean} yes */
    consent(yes) {
      store.allow(yes);
      keep();
    },
    /** @param {string} id */
    again(id) {
      const entry = entryOf(room.chat, id);
      if (entry?.fate !== "failed" || !tabs.leads()) return;
      // A new time makes a new id: the gateway may have refused the old one for its age.
      if (entry.refused) Object.assign(entry, { time: tickets.now(), tried: false, refused: false, old: false });
      entry.fate = entry.tried ? "sending" : "waiting";
      commit();
      sender.wake();
    },
  };

  /** @param {string} call @param {any[]} values */
  function everywhere(call, ...values) {
    tabs.tell({ call, values });
    calls[call](...values);
  }

  /** @param {{call: string, values: any[], chat: Conversation, live: typeof room.live | false}} message */
  function hear({ call, values, chat, live }) {
    if (call) return calls[call](...values);
    const { key, seen } = room.chat;
    const { origin, turn, entries: { length } } = chat;
    if (live && !tabs.leads()) room.live = live;
    absorb(chat);
    const news = inView && look();
    keep();
    const { chat: now } = room;
    const isMore = now.origin !== origin || now.turn > turn || now.entries.length > length;
    if (news || (isMore && !room.gone.has(origin))) show();
    else showHere();
    sender.wake();
    if (room.chat.seen !== seen) receiver.restart();
    else if (!key) receiver.wake();
  }

  function leadChanged() {
    keep();
    show();
    restart();
  }

  function restart() {
    sender.restart();
    receiver.restart();
  }

  const ask = createTransport(page, base, (connected) => {
    // Another tab that leads now knows better.
    if (!tabs.leads()) return;
    failures = connected ? 0 : failures + 1;
    if (room.live.connected === failures < LOST) return;
    room.live.connected = !room.live.connected;
    show();
  });
  const tabs = createTabs(page, place, leadChanged, hear);
  const tickets = createTickets(page, base, ask);
  const sender = createSender(page, ask, room, tickets);
  const receiver = createReceiver(page, ask, room);
  const statusLoop = createStatus(page, ask, () => isVisible() && !isStarted(), (available) => {
    room.live.available = available;
    showHere();
  });
  everywhere("hello");
  showHere();

  function onVisibility() {
    hiddenSince = page.Date.now();
    if (!isVisible()) return;
    tabs.take();
    for (const loop of [sender, receiver, statusLoop]) loop.wake();
  }
  page.document.addEventListener("visibilitychange", onVisibility);
  page.addEventListener("online", restart);
  page.addEventListener("offline", restart);

  return {
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send(text, names) {
      const { origin, pathname, protocol } = page.location;
      const bytes = page.crypto.getRandomValues(new Uint8Array(16));
      room.chat.names = names || room.chat.names;
      room.chat.ended = false;
      room.chat.entries.push({
        id: Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""),
        time: tickets.now(),
        text,
        mine: true,
        fate: "waiting",
        page: protocol.startsWith("http") ? (origin + pathname).slice(0, LONGEST_PAGE) : undefined,
      });
      commit();
      sender.wake();
      receiver.wake();
    },
    again: (id) => everywhere("again", id),
    opened: () => void tickets.ready(!room.chat.key),
    shown(yes) {
      inView = yes;
      if (!yes || !look()) return;
      commit();
      receiver.restart();
    },
    end: () => everywhere("finish", room.chat.origin, "end"),
    forget: () => everywhere("finish", room.chat.origin, "forget"),
    consent: (yes) => everywhere("consent", yes),
  };
}
