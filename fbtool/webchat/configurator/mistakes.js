/** Shows mistakes at their fields. */
import { all, element, make } from "./elements.js";

/** @typedef {import("./types.js").Mistake} Mistake */

/**
 * Mark exactly these fields as wrong, each with its sentence below it.
 * @param {Mistake[]} mistakes
 */
export function mark(mistakes) {
  for (const one of all("[aria-invalid]", HTMLElement)) {
    one.removeAttribute("aria-invalid");
    describe(one, `${one.id}-mistake`, false);
  }
  for (const one of all(".mistake", HTMLElement)) one.remove();
  for (const { input, text } of mistakes) {
    const field = element(input);
    const sentence = make("p", { class: "mistake", id: `${input}-mistake` }, text);
    field.setAttribute("aria-invalid", "true");
    describe(field, sentence.id, true);
    (field.closest(".field, .replies li") ?? field).append(sentence);
  }
}

/**
 * The mistakes as a list of links to their fields.
 * @param {Mistake[]} mistakes
 */
export function listed(mistakes) {
  const links = mistakes.map(({ input, text }) => {
    const link = make("a", { href: `#${input}` }, text);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      element(input).focus();
    });
    return make("li", {}, link);
  });
  return make("ul", {}, ...links);
}

/** @param {HTMLElement} field @param {string} id @param {boolean} by */
function describe(field, id, by) {
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  const ids = by ? [...others, id] : others;
  if (ids.length) field.setAttribute("aria-describedby", ids.join(" "));
  else field.removeAttribute("aria-describedby");
}
