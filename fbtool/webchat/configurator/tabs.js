/** Tabs by the pattern of the ARIA practices: arrows move, one tab stop. */
import { make } from "./elements.js";

/**
 * Fill a list of tabs and the place of their panels.
 * @param {HTMLElement} list
 * @param {HTMLElement} place
 * @param {{id: string, title: string, content: Node[]}[]} tabs
 */
export function showTabs(list, place, tabs) {
  const open = list.querySelector('[aria-selected="true"]')?.id ?? `tab-${tabs[0]?.id}`;
  const buttons = tabs.map(({ id, title }) =>
    make("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}` }, title));
  const panels = tabs.map(({ id, content }) =>
    make("div", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, tabindex: "0" }, ...content));
  const select = (/** @type {number} */ chosen) => {
    buttons.forEach((button, at) => {
      button.setAttribute("aria-selected", String(at === chosen));
      button.tabIndex = at === chosen ? 0 : -1;
    });
    panels.forEach((panel, at) => (panel.hidden = at !== chosen));
  };
  buttons.forEach((button, at) => {
    button.addEventListener("click", () => select(at));
    button.addEventListener("keydown", (event) => {
      const last = buttons.length - 1;
      const moves = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last };
      const next = moves[/** @type {keyof typeof moves} */ (event.key)];
      if (next === undefined) return;
      event.preventDefault();
      select(next);
      buttons[next]?.focus();
    });
  });
  list.replaceChildren(...buttons);
  place.replaceChildren(...panels);
  select(Math.max(0, buttons.findIndex((button) => button.id === open)));
}
