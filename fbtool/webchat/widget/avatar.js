/** Round pictures of people and of the account, or their initials. */

import { element } from "./elements.js";

/** White on each of them has at least 5.4 : 1. */
const INITIALS = ["#0b6e3b", "#7c3aed", "#b4235a", "#0f766e", "#9a4f00", "#3f5ba9"];

/**
 * @param {string} name
 * @param {string | false} [picture]  its address; initials stay where it cannot be had
 * @param {boolean} [person]  somebody; otherwise the account, in the shop's own colour
 */
export function avatar(name, picture, person) {
  const letters = name.split(" ").map((part) => [...part][0] || "");
  const made = element("span", "avatar", letters[0] + (letters[1] ? letters.pop() : ""));
  made.ariaHidden = "true";
  if (person) {
    made.style.background = INITIALS[(name.length + name.charCodeAt(0)) % INITIALS.length];
    made.style.color = "#fff";
  }
  if (picture) {
    const image = new Image();
    image.onload = () => made.replaceChildren(image);
    image.src = picture;
  }
  return made;
}
