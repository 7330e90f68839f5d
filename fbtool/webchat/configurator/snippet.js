/** What is to be put into the shop's pages, and where. */
import { all, element, make } from "./elements.js";
import { showTabs } from "./tabs.js";
import { nodes, say } from "./words.js";

/** @typedef {import("./types.js").Saved} Saved */

/**
 * Show the source code of a saved widget.
 * @param {Saved} saved
 */
export function showSnippet(saved) {
  element("snippet").textContent = saved.snippets.live;
  element("fixed").textContent = saved.snippets.fixed;
  const origin = /src="(https?:\/\/[^/"]+)/.exec(saved.snippets.live)?.[1] ?? "";
  const values = { origin, snippet: saved.snippets.live };
  const tab = (/** @type {string} */ id, /** @type {Node[]} */ ...content) => ({
    id, title: say(`where.${id}`), content: [...content],
  });
  const untried = make("p", { class: "dim" }, say("where.untried"));
  showTabs(element("result").querySelector('[role="tablist"]') ?? element("result"), element("tab-panels"), [
    tab("general", steps(["where.general-1", "where.general-2", "where.general-3"], values)),
    tab("shopify", steps(["where.shopify-1", "where.shopify-2"], values), untried.cloneNode(true)),
    tab("shopware", steps(["where.shopware-1"], values), code(say("where.shopware-code", values)),
      steps(["where.shopware-2"], values), untried.cloneNode(true)),
    tab("wordpress", steps(["where.wordpress-1", "where.wordpress-2"], values), untried.cloneNode(true)),
    tab("tags", steps(["where.tags-1", "where.tags-2"], values), untried.cloneNode(true)),
    tab("consent", ...ofConsent(saved.settings.identify, untried)),
  ]);
  element("result").hidden = false;
}

/** Let the buttons beside source code copy it. */
export function copyOnClick() {
  for (const button of all("button[data-copy]", HTMLButtonElement))
    button.addEventListener("click", async () => {
      const copied = await copy(element(button.dataset.copy ?? ""));
      button.textContent = say(copied ? "snippet.copied" : "snippet.not-copied");
      setTimeout(() => (button.textContent = say("snippet.copy")), 4000);
    });
}

/** @param {HTMLElement} source */
async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(source); // so that Ctrl+C takes it
    source.focus();
    return false;
  }
}

/** @param {Saved["settings"]["identify"]} identify @param {Node} untried */
function ofConsent(identify, untried) {
  if (identify !== "consent") return [steps([`where.consent-${identify}`], {})];
  return [steps(["where.consent-1", "where.consent-2", "where.consent-3", "where.consent-4"], {}), untried];
}

/** @param {string[]} keys @param {Record<string, string>} values */
function steps(keys, values) {
  return make("ul", { class: "steps" }, ...keys.map((key) => make("li", {}, ...nodes(key, values))));
}

/** @param {string} text */
const code = (text) => make("pre", { class: "code", tabindex: "0" }, text);
