/** Looks at settings before they are sent; the gateway looks again. */
import { ROWS, isId, rowOf } from "./form.js";
import { say } from "./words.js";

/** @typedef {import("./types.js").Mistake} Mistake */

/**
 * What is wrong with the form's settings, from top to bottom.
 * @param {import("./types.js").Settings} settings
 * @returns {Mistake[]}
 */
export function mistakes(settings) {
  return [
    ...unless(/^#[0-9a-f]{6}$/.test(settings.color), "color", "color"),
    ...ofReplies(),
    ...unless(isPrivacyLink(settings.privacy_url), "privacy_url", "privacy_url"),
    ...unless(settings.identify === "off" || within(settings.identify_days, 1, 90), "identify_days", "days"),
    ...ofOrigins(settings.origins),
    ...(settings.embed ? [...unless(isId(settings.toggle_id), "toggle_id", "id"),
                          ...unless(isId(settings.status_id), "status_id", "id")] : []),
  ];
}

/** @returns {Mistake[]} */
function ofReplies() {
  let before = 0;
  return ROWS.flatMap((row) => {
    const { seconds, text } = rowOf(row);
    if (!text && Number.isNaN(seconds)) return [];
    if (!text) return unless(false, `reply-${row}`, "reply");
    if (!within(seconds, 5, 3600)) return unless(false, `seconds-${row}`, "seconds");
    const found = unless(seconds > before, `seconds-${row}`, "later");
    before = Math.max(before, seconds);
    return found;
  });
}

/** @param {string[]} origins */
function ofOrigins(origins) {
  const wrong = origins.find((one) => !/^https?:\/\/[^/?#@]+$/.test(one));
  return [
    ...unless(wrong === undefined, "origins", "origin", { origin: wrong ?? "" }),
    ...unless(origins.length <= 20, "origins", "origins"),
  ];
}

/** @param {string} text */
function isPrivacyLink(text) {
  return text.startsWith("https://") && URL.canParse(text) && !new URL(text).username;
}

/** @param {number} number @param {number} least @param {number} most */
const within = (number, least, most) => number >= least && number <= most;

/**
 * @param {boolean} right
 * @param {string} input
 * @param {string} key
 * @param {Record<string, string>} values
 * @returns {Mistake[]}
 */
const unless = (right, input, key, values = {}) => (right ? [] : [{ input, text: say(`mistake.${key}`, values) }]);
