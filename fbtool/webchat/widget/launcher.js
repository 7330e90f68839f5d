/** The button at the edge of the page: what the chat is, whether somebody is there, and how much is unread. */

import { button, BUBBLE, CHEVRON, element, icon, set, spoken, write } from "./elements.js";

/**
 * @param {import("./view.js").Context} context
 * @param {() => void} toggle
 */
export function createLauncher({ config, words, chat }, toggle) {
  const title = element("b", "");
  const state = element("span", "state");
  const number = element("span", "");
  const badge = element("span", "badge", number, spoken(` ${words.unread}`));
  const opening = element("span", "opening", icon(BUBBLE), element("span", "text", title, " ", state, " "));
  const made = button(`launcher ${config.side}`, toggle, opening, element("span", "closing", icon(CHEVRON), spoken(words.close)), badge);
  const narrow = matchMedia("(max-width:640px)");
  const resize = () => {
    made.classList.toggle("small", config.size === "small" || (config.size === "adapt" && narrow.matches));
  };
  narrow.addEventListener("change", resize);
  resize();

  return {
    button: made,
    /** @param {boolean} open @param {boolean} instead  the page has a button of its own */
    update(open, instead) {
      const { available, unread, started } = chat.state;
      made.hidden = instead || (config.offline === "hide" && !available && !started && !open);
      made.classList.toggle("open", open);
      set(made, { "aria-expanded": open });
      write(title, statusText(config, words, available));
      showState(state, words, available);
      badge.hidden = open || !unread;
      write(number, unread > 99 ? "99+" : `${unread}`);
    },
  };
}

/** The dot and the word beside it. @param {Element} place @param {import("./words.js").Words} words @param {boolean} available */
export function showState(place, words, available) {
  place.classList.toggle("on", available);
  write(place, available ? words.online : words.offline);
}

/**
 * What the button says, and the page's own element for it.
 * @param {import("./types.js").Config} config @param {import("./words.js").Words} words @param {boolean} available
 */
export function statusText(config, words, available) {
  return available ? config.online_text || words.ask : config.offline_text || words.leave;
}
