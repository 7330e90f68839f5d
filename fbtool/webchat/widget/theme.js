/** Colours: what the shop chose, an ink that can be read on it, light or dark as the setting or the computer says. */

/** Relative luminance (WCAG 2.2), 0 to 1. @param {number[]} color  red, green, blue: 0 to 255 */
function luminance(color) {
  const [red, green, blue] = color.map((value) => (value > 10 ? ((value / 255 + 0.055) / 1.055) ** 2.4 : value / 3295));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * A colour and black or white to write on it, whichever contrasts more (always at least 4.5 : 1). For the dark panel the
 * colour becomes brighter: as vivid as can be, then so much white that it has 7 : 1.
 * @param {string} color  #rrggbb @param {boolean} dark @returns {[brand: string, ink: string]}
 */
export function paint(color, dark) {
  let brand = [1, 3, 5].map((place) => parseInt(color.slice(place, place + 2), 16));
  const vivid = brand.map((value) => (value * 255) / (Math.max(...brand) || 1));
  for (let white = 0; dark && luminance(brand) < 0.4; white += 0.05) {
    brand = vivid.map((value) => Math.round(value + (255 - value) * white));
  }
  return [`rgb(${brand})`, luminance(brand) > 0.179 ? "#000" : "#fff"];
}

/**
 * Keeps `box` in the right colours, also when the computer goes from day to night.
 * @param {HTMLElement} box @param {import("./types.js").Config} config
 */
export function wear(box, { theme, color }) {
  const night = matchMedia("(prefers-color-scheme:dark)");
  const change = () => {
    const dark = theme === "dark" || (theme === "auto" && night.matches);
    const [brand, ink] = paint(color, dark);
    box.classList.toggle("dark", dark);
    box.style.setProperty("--brand", brand);
    box.style.setProperty("--ink", ink);
  };
  night.addEventListener("change", change);
  change();
}
