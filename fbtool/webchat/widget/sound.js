/** A short soft sound, made here: no file to fetch. Browsers let a page sound only after the visitor touched it. */

/** @type {AudioContext | undefined} */
let speaker;

/** Makes ready for sounds with the visitor's next touch of the page; called once there is a conversation. */
export function awaitTouch() {
  for (const type of ["pointerup", "keyup"]) addEventListener(type, ready, { capture: true, once: true });
}

function ready() {
  speaker ||= window.AudioContext && new AudioContext();
}

/** One note that fades; nothing before the visitor touched the page. */
export function chime() {
  if (!speaker) return;
  const end = speaker.currentTime + 0.4;
  const tone = new OscillatorNode(speaker, { frequency: 784 });
  const volume = new GainNode(speaker, { gain: 0.1 });
  volume.gain.exponentialRampToValueAtTime(0.001, end);
  tone.connect(volume).connect(speaker.destination);
  tone.start();
  tone.stop(end);
}
