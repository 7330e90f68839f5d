/** What is seldom needed: sound, end the chat, delete the history. */

import { button, DOTS, element, icon, set, write } from "./elements.js";

/** @param {import("./view.js").Context} context */
export function createMenu({ words, chat }) {
  const sound = element("input", "");
  sound.type = "checkbox";
  sound.checked = true;
  const end = button("", () => leave(chat.end), words.end);
  // Asks back: what is deleted is gone.
  const forget = button("", () => (forget.textContent === words.forget ? write(forget, `${words.forget}?`) : leave(chat.forget)));
  const summary = set(element("summary", "plain", icon(DOTS)), { "aria-label": words.menu });
  const menu = element("details", "", summary, element("div", "menu", element("label", "", sound, words.sound), end, forget));
  menu.addEventListener("focusout", ({ relatedTarget: to }) => {
    if (to instanceof Node && !menu.contains(to)) menu.open = false;
  });
  menu.addEventListener("toggle", () => write(forget, words.forget));

  /** @param {() => void} act */
  function leave(act) {
    menu.open = false;
    summary.focus();
    act();
  }

  return {
    element: menu,
    sound,
    update() {
      end.disabled = !chat.state.started || chat.state.ended;
      forget.disabled = !chat.state.messages.length;
    },
  };
}
