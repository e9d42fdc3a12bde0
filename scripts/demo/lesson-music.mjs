// Quiet sound for the lesson film: a slow pad of sines that changes its chord with the scene, and a soft bell at each start.
const RATE = 24000;
const CHORDS = [[196, 246.94, 293.66], [220, 261.63, 329.63], [174.61, 220, 261.63], [196, 246.94, 329.63], [164.81, 220, 246.94], [196, 246.94, 293.66]];

/** @param {number} seconds @param {number[]} starts of the scenes, in seconds @returns {Buffer} a WAV file, mono, 16 bit */
export function music(seconds, starts) {
  const samples = Math.round(seconds * RATE);
  const out = Buffer.alloc(44 + samples * 2);
  out.write('RIFF', 0); out.writeUInt32LE(36 + samples * 2, 4); out.write('WAVEfmt ', 8);
  out.writeUInt32LE(16, 16); out.writeUInt16LE(1, 20); out.writeUInt16LE(1, 22); out.writeUInt32LE(RATE, 24);
  out.writeUInt32LE(RATE * 2, 28); out.writeUInt16LE(2, 32); out.writeUInt16LE(16, 34);
  out.write('data', 36); out.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i++) {
    const t = i / RATE;
    let value = 0;
    starts.forEach((start, scene) => {
      const end = starts[scene + 1] ?? seconds;
      if (t < start - 1 || t > end + 1) return;
      // Chords cross-fade over two seconds.
      const level = Math.min(1, Math.max(0, (t - start + 1) / 2)) * Math.min(1, Math.max(0, (end + 1 - t) / 2));
      CHORDS[scene % CHORDS.length].forEach((pitch, k) => { value += 0.045 * level * (0.8 + 0.2 * Math.sin(t * (0.5 + k * 0.17))) * Math.sin(2 * Math.PI * pitch * t); });
      const since = t - start - 0.1;
      if (since > 0 && since < 3) value += 0.09 * Math.exp(-since * 2.2) * Math.min(1, since * 60) * Math.sin(2 * Math.PI * CHORDS[scene % CHORDS.length][2] * 2 * since);
    });
    const fade = Math.min(1, t / 1.5, (seconds - t) / 2);
    out.writeInt16LE(Math.round(Math.max(-1, Math.min(1, value * fade)) * 32767), 44 + i * 2);
  }
  return out;
}
