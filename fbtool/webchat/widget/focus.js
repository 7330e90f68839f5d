/** Where the panel and the keyboard are: on a phone over everything, elsewhere beside the page, which stays usable. */

/** The panel fills a phone, and a window that is as small or as much enlarged as one. */
export const FILLS = matchMedia("(max-width:430px),(max-height:480px)");

/** Shows the panel; where it fills the screen nothing behind it can be reached (a modal dialog). @param {HTMLDialogElement} panel */
export function show(panel) {
  if (FILLS.matches) panel.showModal();
  else panel.open = true; // `show` would move the keyboard, which only a visitor may do
}

/** Into the input; at a touch screen to the heading, so that no keyboard pops up. @param {HTMLElement} input @param {HTMLElement} heading */
export function enter(input, heading) {
  (matchMedia("(pointer:coarse)").matches ? heading : input).focus({ preventScroll: true });
}

/** Keeps `panel` in what a phone's keyboard leaves of the screen. @param {HTMLElement} panel */
export function followKeyboard(panel) {
  const view = window.visualViewport;
  const fit = () => {
    if (!view) return;
    panel.style.setProperty("--top", `${view.offsetTop}px`);
    panel.style.setProperty("--height", `${view.height}px`);
  };
  for (const type of ["resize", "scroll"]) view?.addEventListener(type, fit);
  fit();
}
