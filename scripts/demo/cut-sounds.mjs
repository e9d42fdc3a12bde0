// Three cuts on a lathe, made of noise and sines: an even cut, chatter, and a tool that rubs. A bell tells which it is.
const RATE = 24000;
export const SECONDS = 26;

/** The same noise each time: a linear congruential generator (Numerical Recipes), -1 to 1. */
function noise(seed) {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
}

/** What lets one band of a sound through (RBJ's band pass with unity gain at its middle). */
function band(middle, q) {
  const w = (2 * Math.PI * middle) / RATE;
  const alpha = Math.sin(w) / (2 * q);
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  return (x) => {
    const y = (alpha * (x - x2) + 2 * Math.cos(w) * y1 - (1 - alpha) * y2) / (1 + alpha);
    [x2, x1, y2, y1] = [x1, x, y1, y];
    return y;
  };
}

const turn = (t, hertz) => Math.sin(2 * Math.PI * hertz * t);
/** Swells in and out within its time. */
const between = (t, from, to, edge = 0.4) => Math.min(1, Math.max(0, (t - from) / edge)) * Math.min(1, Math.max(0, (to - t) / edge));
const bell = (t, at) => (t < at || t > at + 1.6 ? 0 : 0.16 * Math.exp(-(t - at) * 3.5) * Math.min(1, (t - at) * 80) * (turn(t - at, 880) + 0.5 * turn(t - at, 1760)));

/** @returns {Buffer} a WAV file, mono, 16 bit */
export function cuts() {
  const samples = SECONDS * RATE;
  const out = Buffer.alloc(44 + samples * 2);
  out.write('RIFF', 0); out.writeUInt32LE(36 + samples * 2, 4); out.write('WAVEfmt ', 8);
  out.writeUInt32LE(16, 16); out.writeUInt16LE(1, 20); out.writeUInt16LE(1, 22); out.writeUInt32LE(RATE, 24);
  out.writeUInt32LE(RATE * 2, 28); out.writeUInt16LE(2, 32); out.writeUInt16LE(16, 34);
  out.write('data', 36); out.writeUInt32LE(samples * 2, 40);
  const [hiss, rattle, rub] = [noise(1), noise(2), noise(3)];
  const [chip, howl, squeal] = [band(2600, 0.8), band(240, 2), band(2150, 12)];
  for (let i = 0; i < samples; i++) {
    const t = i / RATE;
    // The motor under all of it: 50 Hz, its overtones, and the spindle's slow beat.
    let value = 0.05 * (turn(t, 50) + 0.6 * turn(t, 100) + 0.3 * turn(t, 150)) * (1 + 0.15 * turn(t, 3.3));
    value += 0.22 * chip(hiss()) * (1 + 0.12 * turn(t, 3.3)) * between(t, 4.6, 9.6);
    // The tool bounces on the bar, some two hundred times a second, in swells that come with each turn.
    const bounce = 0.5 + 0.5 * turn(t, 208);
    value += (0.5 * bounce ** 6 * howl(rattle() * 3) + 0.16 * turn(t, 208) + 0.1 * turn(t, 416) + 0.07 * turn(t, 832)) * (0.6 + 0.4 * turn(t, 6.6)) * between(t, 11.6, 17);
    value += (0.9 * squeal(rub()) + 0.07 * turn(t, 2150 + 14 * Math.sin(t * 19))) * (0.75 + 0.25 * turn(t, 3.3)) * between(t, 19, 24.4);
    for (const at of [3.6, 10.4, 10.8, 17.6, 18, 18.4]) value += bell(t, at);
    const fade = Math.min(1, t / 1, (SECONDS - t) / 1.2);
    out.writeInt16LE(Math.round(Math.max(-1, Math.min(1, value * fade)) * 32767), 44 + i * 2);
  }
  return out;
}
