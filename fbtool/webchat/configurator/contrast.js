/** Contrast of colours (WCAG 2.2, 1.4.3 and 1.4.11), in numbers and in words. */
import { say, spoken } from "./words.js";

/** Relative luminance of `#rrggbb`. */
function luminance(/** @type {string} */ color) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * From 1 to 21.
 * @param {string} one @param {string} two
 */
export function contrast(one, two) {
  const [light, dark] = [luminance(one), luminance(two)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/**
 * What is to be said about a colour of the button, and whether it is a warning. The widget writes in white where that
 * can be read (4.5 : 1), else in black, and makes dark colours brighter on its dark panel.
 * @param {string} color
 * @returns {{text: string, warns: boolean}}
 */
export function judged(color) {
  if (!/^#[0-9a-f]{6}$/.test(color)) return { text: "", warns: false };
  const onWhite = contrast(color, "#ffffff");
  const white = onWhite >= 4.5;
  const text = say("look.contrast", {
    ratio: ratio(white ? onWhite : contrast(color, "#000000")),
    ink: say(white ? "look.white" : "look.black"),
  });
  const warns = onWhite < 3;
  return { text: warns ? `${text} ${say("look.pale", { ratio: ratio(onWhite) })}` : text, warns };
}

const ratio = (/** @type {number} */ number) =>
  number.toLocaleString(spoken(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
