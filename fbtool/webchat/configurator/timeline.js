/** The time axis above the automatic replies. */
import { element, make } from "./elements.js";
import { ROWS, rowOf } from "./form.js";

const NEAR = 9;
/** Percent; closer labels stand one above the other. */

/** Draw it anew from what stands in the rows. */
export function draw() {
  const times = ROWS.map(rowOf).filter((row) => row.text && row.seconds > 0).map((row) => row.seconds);
  const last = Math.max(60, ...times) * 1.25;
  let before = -NEAR;
  let raised = true;
  const dots = [0, ...times.sort((a, b) => a - b)].map((time) => {
    // Square root, because the first seconds matter most.
    const place = 2 + 96 * Math.sqrt(time / last);
    raised = place - before < NEAR ? !raised : false;
    before = place;
    const dot = make("span", { class: time ? "dot" : "dot begin" }, make("small", raised ? { class: "raised" } : {}, `${time} s`));
    dot.style.left = `${place}%`;
    return dot;
  });
  element("timeline").replaceChildren(...dots);
}
