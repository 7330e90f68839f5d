/**
 * In the frame of the preview: runs the real widget on a shop's page that is none. What the widget asks is answered
 * here, and what it would keep in the browser goes into variables; the page's policy lets nothing out.
 */
import { answering } from "./preview_gateway.js";

/** @typedef {import("./preview.js").Scene} Scene */

/** A storage that ends with the page. @param {Record<string, string>} begin @returns {Storage} */
function memory(begin) {
  const kept = new Map(Object.entries(begin));
  return {
    get length() {
      return kept.size;
    },
    key: (at) => [...kept.keys()][at] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, String(value)),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}

/** The page keeps the keyboard where the admin types until somebody turns to the preview. */
function holdFocus() {
  const { focus } = HTMLElement.prototype;
  const { showModal } = HTMLDialogElement.prototype;
  HTMLElement.prototype.focus = () => {};
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true; // a modal one takes the keyboard by itself
  };
  const release = () => {
    HTMLElement.prototype.focus = focus;
    HTMLDialogElement.prototype.showModal = showModal;
  };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, release, { capture: true, once: true });
}

/** @param {Scene} scene */
function play(scene) {
  const { config, sample } = scene;
  const name = `fbt_chat_${config.account}`;
  const kept = sample.length ? { [name]: JSON.stringify(conversation(sample)) } : {};
  const replaced = {
    sessionStorage: memory(config.identify === "off" ? kept : {}),
    localStorage: memory(config.identify === "off" ? {} : kept),
    BroadcastChannel: undefined,
    fetch: answering(scene),
  };
  for (const [key, value] of Object.entries(replaced)) Object.defineProperty(window, key, { value, configurable: true });
  Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
  let cookie = sample.length && config.identify !== "off" ? `${name}=1` : "";
  Object.defineProperty(document, "cookie", { get: () => cookie, set: (text) => (cookie = text.split(";")[0]) });
  document.documentElement.classList.toggle("dark", scene.dark);
  document.documentElement.classList.toggle("left", config.side === "left");
  if (config.embed) embed(config.toggle_id, config.status_id);
  holdFocus();
  start(scene);
}

/** A conversation as the widget keeps it. @param {Scene["sample"]} entries */
const conversation = (entries) => ({
  origin: "preview", key: "preview", cursor: "", entries, ended: false,
  seen: entries.filter((one) => !one.mine).at(-1)?.id ?? "", read: 0, turn: 1,
});

/** The page's own elements. @param {string} toggle @param {string} status */
function embed(toggle, status) {
  const place = document.getElementById("embedded");
  if (!place) return;
  const button = document.createElement("button");
  button.id = toggle;
  button.textContent = "Chat";
  const text = document.createElement("span");
  text.id = status;
  place.replaceChildren(button, " ", text);
  place.hidden = false;
}

/** @param {Scene} scene */
function start({ config, language, open }) {
  const tag = document.querySelector("script[data-widget]");
  const page = /** @type {any} */ (window);
  page.fbtoolChatConfig = { ...config, keep_open: false };
  const script = document.createElement("script");
  script.src = new URL(tag?.getAttribute("data-widget") ?? "", location.href).href;
  script.dataset.account = config.account;
  script.dataset.lang = language;
  script.addEventListener("load", () => {
    if (open) page.fbtoolChat?.open();
    // Twice, so that what is shown has been drawn.
    requestAnimationFrame(() => requestAnimationFrame(() => parent.postMessage("shown", location.origin)));
  });
  document.documentElement.lang = language;
  document.head.append(script);
}

addEventListener("message", (event) => {
  if (event.origin === location.origin && event.source === parent && event.data?.scene) play(event.data.scene);
});
parent.postMessage("ready", location.origin);
