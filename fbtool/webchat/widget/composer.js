/** Where the visitor writes: names before the first message, the text, and always what happens with both. */

import { linkTo } from "./bubbles.js";
import { button, element, icon, PLANE, set, spoken, write } from "./elements.js";

/** UTF-16 units, as the gateway counts. */
const LONGEST_TEXT = 2000;

/**
 * @param {import("./view.js").Context} context
 * @param {() => void} sent  called after a message was handed over
 */
export function createComposer({ config, words, chat }, sent) {
  const required = config.names === "require";
  const [first, last] = ["given-name", "family-name"].map((meaning) => {
    const field = set(element("input", ""), { autocomplete: meaning, maxlength: "80" });
    field.required = required;
    return field;
  });
  /** @param {string} word @param {HTMLElement} field */
  const label = (word, field) => element("label", "", required ? word : `${word} ${words.optional}`, field);
  const names = element("fieldset", "names", label(words.first, first), label(words.last, last));
  const input = set(element("textarea", ""), { rows: "1", placeholder: words.write, "aria-label": words.write, enterkeyhint: "send", dir: "auto" });
  const counter = element("output", "counter");
  const send = button("send", submit, icon(PLANE), spoken(words.send));
  const footer = element("p", "privacy", `${words.data} `, linkTo(config.privacy_url, words.privacy));
  const form = element("form", "", names, element("div", "write", input, send), counter, footer);

  function changed() {
    const { length } = input.value;
    const over = length > LONGEST_TEXT;
    input.style.height = "0";
    input.style.height = `${Math.min(input.scrollHeight + 2, 132)}px`;
    write(counter, length < LONGEST_TEXT - 200 ? "" : `${length} / ${LONGEST_TEXT}`);
    counter.classList.toggle("over", over);
    send.classList.toggle("ready", !over && !!input.value.trim());
  }
  input.addEventListener("input", changed);
  form.addEventListener("keydown", (event) => {
    // While Chinese, Japanese or Korean is composed, Enter chooses a character.
    const writing = event.target instanceof HTMLElement && event.target.matches("input,textarea");
    if (!writing || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });

  /** By hand: sandboxed frames submit no forms. */
  function submit() {
    input.focus();
    const text = input.value.trim();
    if (!text || input.value.length > LONGEST_TEXT || !form.reportValidity()) return;
    const given = { first: first.value.trim(), last: last.value.trim() };
    chat.send(text, names.disabled || !(given.first + given.last) ? undefined : given);
    input.value = "";
    changed();
    sent();
  }

  return {
    form,
    input,
    update() {
      names.disabled = names.hidden = config.names === "no" || chat.state.started;
    },
  };
}
