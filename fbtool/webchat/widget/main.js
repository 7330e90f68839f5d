/** Begins: finds out which account it is for, waits for the page, and never disturbs it whatever is missing. */

import { createChat } from "./chat.js";
import { fetchSettings } from "./fetched_settings.js";
import { createView } from "./view.js";

/** @typedef {import("./types.js").Config} Config */

/**
 * The settings with what the script tag says for this page: looks and place, and less keeping than the account allows.
 * @param {Config} config @param {any} data @returns {Config}
 */
function forThisPage(config, { size, side, open, toggle, status, identify, domain }) {
  return {
    ...config,
    ...(size && { size }),
    ...(side && { side }),
    ...(open != null && { keep_open: open !== "false" }),
    ...((toggle || status) && { embed: true, toggle_id: toggle || (config.embed && config.toggle_id), status_id: status }),
    ...((identify === "off" || (identify && config.identify === "on")) && { identify }),
    domain,
  };
}

async function start() {
  /** @type {any} */
  const page = window;
  /** @type {any} */
  const script = document.currentScript || document.querySelector("script[src*='/webchat/']");
  if (page.fbtoolChat) return;
  const { dataset } = script;
  const account = dataset.account || page.fbtoolChatConfig.account;
  const base = new URL(account, script.src).href;
  /** @type {import("./types.js").Chat | undefined} */
  let chat;
  const begin = async () => {
    const config = forThisPage(page.fbtoolChatConfig || (await fetchSettings(base)), dataset);
    if (document.readyState === "loading") await new Promise((done) => document.addEventListener("DOMContentLoaded", done));
    chat = createChat(config, base, window);
    return createView(config, chat, base, dataset);
  };
  const ready = begin();
  page.fbtoolChat = {
    get unread() {
      return chat ? chat.state.unread : 0;
    },
  };
  // What the page asks for early is done as soon as it can be.
  for (const method of /** @type {const} */ (["open", "close", "toggle", "forget", "consent"])) {
    page.fbtoolChat[method] = async (/** @type {unknown} */ given) => (await ready)[method](given);
  }
  await ready;
}

start().catch((problem) => console.info("fbtool chat:", problem));
