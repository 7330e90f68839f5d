/** Puts the visible parts together and shows in them whatever the engine tells. */

import { avatar } from "./avatar.js";
import { createEmbedding } from "./embed.js";
import { element, write } from "./elements.js";
import { FILLS } from "./focus.js";
import { guarded } from "./history.js";
import { createHost } from "./host.js";
import { createKeeping } from "./keeping.js";
import { createLauncher, statusText } from "./launcher.js";
import { createPanel } from "./panel.js";
import { awaitTouch, chime } from "./sound.js";
import { wear } from "./theme.js";
import { countInTitle } from "./title.js";
import { language } from "./words.js";

/**
 * @typedef {object} Context  what every part may use
 * @property {import("./types.js").Config} config
 * @property {import("./types.js").Chat} chat
 * @property {string} lang
 * @property {import("./words.js").Words} words
 * @property {() => boolean} keeps  the browser keeps the conversation when the page is left
 * @property {(ref: string) => string} picture  its address
 * @property {() => HTMLElement} account  its picture or initials
 */

/**
 * @param {import("./types.js").Config} config @param {import("./types.js").Chat} chat
 * @param {string} base @param {DOMStringMap} data  of the script tag
 */
export function createView(config, chat, base, data) {
  const { lang, words } = language(data.lang);
  const [root, box] = createHost(lang, data);
  const memory = `fbt_chat_view_${config.account}`;
  const keeping = createKeeping?.(config);
  let open = false;
  let unread = 0;
  let available = config.available;

  /** @param {string} ref */
  const picture = (ref) => `${base}/pictures/${ref}`;
  const account = () => avatar(config.name, config.has_picture && picture("account"));
  const keeps = () => !!keeping?.keeps();
  const context = { config, chat, lang, words, picture, account, keeps };
  const launcher = createLauncher(context, toggle);
  /** @type {ReturnType<typeof createPanel> | undefined}  built when first wanted: who never chats does not pay for it */
  let panel;
  const news = element("output", "spoken");
  const embedding = config.embed ? createEmbedding?.(config, toggle, update) : null;
  if (config.embed && !embedding) console.info("fbtool chat: embedding is off in the settings");
  wear(box, config);
  box.append(launcher.button, news);

  /** @param {boolean} byVisitor  otherwise nobody's keyboard is moved */
  function show(byVisitor) {
    if (open) return;
    if (!panel) box.append((panel = createPanel(context, close)).panel);
    chat.opened();
    turn(true);
    panel.open(byVisitor);
  }
  function close() {
    if (!open) return;
    const inside = root.activeElement || FILLS.matches;
    turn(false);
    panel?.panel.close();
    if (inside) (embedding?.find() || launcher.button).focus();
  }
  function toggle() {
    if (open) close();
    else show(true);
  }
  /** @param {boolean} now */
  function turn(now) {
    open = now;
    look();
    update();
    tell(open ? "open" : "close");
  }
  /** What is in view counts as seen. */
  function look() {
    chat.shown(open && !document.hidden);
  }
  /** @param {string} what @param {object} [detail] */
  function tell(what, detail) {
    document.dispatchEvent(new CustomEvent(`fbtool-chat-${what}`, { detail }));
  }
  function update() {
    const { state } = chat;
    if (state.started) awaitTouch();
    // Nothing is stored before the first word.
    guarded(() => (open && state.started ? sessionStorage.setItem(memory, "1") : sessionStorage.removeItem(memory)));
    launcher.update(open, !!embedding?.instead());
    embedding?.update(open, statusText(config, words, state.available));
    if (open) panel?.update();
    countInTitle(state.unread);
    if (state.unread !== unread) {
      if (state.unread > unread && state.leads && panel?.sound.checked !== false) chime();
      unread = state.unread;
      write(news, unread && !open ? `${unread} ${words.unread}` : "");
      tell("unread", { unread });
    }
    if (state.available !== available) {
      available = state.available;
      tell("online", { available });
    }
  }

  const wasOpen = guarded(() => sessionStorage.getItem(memory));
  chat.subscribe(update);
  document.addEventListener("visibilitychange", look);
  update();
  const wanted = wasOpen || (config.keep_open && (available || config.offline === "write"));
  if (wanted && innerWidth >= 640 && !FILLS.matches) show(false);

  return {
    open: () => show(true),
    close,
    toggle,
    forget: chat.forget,
    /** @param {unknown} yes */
    consent(yes) {
      keeping?.consent(!!yes);
      chat.consent(!!yes);
      update();
    },
  };
}
