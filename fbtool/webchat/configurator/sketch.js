/** What the form tells about itself while it is filled in: warnings, the cookie, the axis, what can be used. */
import { all, element, input, make, part } from "./elements.js";
import { judged } from "./contrast.js";
import { draw } from "./timeline.js";
import { nodes, say } from "./words.js";

/** @typedef {import("./types.js").Settings} Settings */
/** @typedef {import("./types.js").Saved} Saved */

const GREETING = 60;

/**
 * @param {Settings} settings  as the form has them
 * @param {Saved|undefined} saved
 */
export function sketch(settings, saved) {
  const { text, warns } = judged(settings.color);
  element("contrast").textContent = text;
  element("contrast").classList.toggle("warns", warns);
  if (/^#[0-9a-f]{6}$/.test(settings.color)) input("swatch").value = settings.color;

  input("require-names").disabled = settings.names === "no";
  element("offline-note-field").hidden = settings.offline === "hide";
  element("unreachable").hidden = settings.offline === "hide" || settings.identify !== "off";

  draw();
  greeting(saved);

  element("identify-more").hidden = settings.identify === "off";
  if (settings.identify !== "off") {
    const values = { cookie: saved?.cookie ?? "fbt_chat_…", days: settings.identify_days || "…" };
    element("cookie").replaceChildren(...nodes(`privacy.cookie-${settings.identify}`, values));
  }
  element("ip-warning").hidden = !settings.tell_ip;
  seen(settings.origins, saved?.origins_seen ?? []);

  for (const id of ["toggle_id", "status_id"]) input(id).disabled = !settings.embed;
}

/** @param {Saved|undefined} saved */
function greeting(saved) {
  const text = saved?.account.greeting ?? "";
  const short = text.length > GREETING ? `${text.slice(0, GREETING).trimEnd()} …` : text;
  element("greeting").replaceChildren(...nodes(text ? "replies.greeting" : "replies.no-greeting", { text: short }));
}

/** Web sites that have asked for the widget and are not on the list: one press adds them.
 * @param {string[]} listed @param {string[]} known */
function seen(listed, known) {
  const missing = known.filter((one) => !listed.includes(one));
  element("origins-seen").hidden = !missing.length;
  const buttons = missing.map((origin) => {
    const button = make("button", { type: "button", "aria-label": say("privacy.origins-add", { origin }) }, `+ ${origin}`);
    button.addEventListener("click", () => {
      const area = part("origins", HTMLTextAreaElement);
      area.value = [area.value.trim(), origin].filter(Boolean).join("\n");
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    });
    return button;
  });
  const place = element("origins-seen");
  const before = all("button", HTMLButtonElement, place).map((one) => one.textContent);
  if (before.join() === buttons.map((one) => one.textContent).join() && place.lang === document.documentElement.lang) return;
  place.lang = document.documentElement.lang;
  place.replaceChildren(say("privacy.origins-seen"), " ", ...buttons);
}
