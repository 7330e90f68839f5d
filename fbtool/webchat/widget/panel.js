/** The panel: who one writes to, the conversation, and where one writes. */

import { createMessages } from "./bubbles.js";
import { createComposer } from "./composer.js";
import { button, CHEVRON, element, icon, set, write } from "./elements.js";
import { enter, FILLS, followKeyboard, show } from "./focus.js";
import { showState } from "./launcher.js";
import { createMenu } from "./menu.js";

/**
 * @param {import("./view.js").Context} context
 * @param {() => void} close  does what closing takes; called also when the browser closed the panel
 */
export function createPanel(context, close) {
  const { config, words, chat, account } = context;
  const heading = set(element("h2", "", config.name), { tabindex: "-1", id: "name" });
  const state = element("div", "state");
  const menu = createMenu(context);
  const fold = set(button("plain", close, icon(CHEVRON)), { "aria-label": words.close });
  const header = element("header", "", account(), element("div", "account", heading, state), menu.element, fold);
  const lost = element("output", "bar");
  const note = element("output", "note");
  const about = element("p", "");
  const intro = element("div", "intro", account(), element("h3", "", config.heading || words.heading), about);
  const messages = createMessages(context);
  const scroll = element("div", "scroll", intro, messages.list, messages.typing, note);
  set(scroll, { tabindex: "0", role: "region", "aria-labelledby": "name" });
  const composer = createComposer(context, toEnd);
  const panel = element("dialog", config.side, header, lost, scroll, composer.form);
  set(panel, { "aria-labelledby": "name" });
  followKeyboard(panel);
  panel.addEventListener("click", ({ target }) => {
    if (!menu.element.contains(/** @type {Node} */ (target))) menu.element.open = false;
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (menu.element.open) menu.element.open = false;
    else close();
  });
  panel.addEventListener("close", () => panel.open || close()); // a phone's own way back
  FILLS.addEventListener("change", () => {
    if (!panel.open) return;
    panel.close();
    show(panel);
  });

  function toEnd() {
    scroll.scrollTop = scroll.scrollHeight;
  }
  function update() {
    const { available, connected, ended, messages: all } = chat.state;
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
    const nobody = `${config.offline_note || words.nobody}${context.keeps() ? "" : ` ${words.stay}`}`;
    showState(state, words, available);
    write(lost, connected ? "" : words.lost);
    write(about, available ? words.intro : nobody);
    intro.hidden = all.length > 0;
    write(note, !all.length ? "" : ended ? words.ended : available ? "" : nobody);
    messages.update();
    composer.update();
    menu.update();
    if (atEnd) toEnd();
  }

  return {
    panel,
    sound: menu.sound,
    update,
    /** @param {boolean} byVisitor  then the keyboard goes into the panel */
    open(byVisitor) {
      show(panel);
      update();
      toEnd();
      if (byVisitor) enter(composer.input, heading);
    },
  };
}
