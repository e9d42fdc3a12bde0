/** A stretch of media that was watched, in seconds: `[from, to]`, `from` ≤ `to`. */
export type Segment = readonly [from: number, to: number];

/** Media elements report times a little early or late; gaps below this many seconds are one segment. */
const JOIN = 0.25;

/** Adds a stretch to a sorted union of disjoint segments. */
export function addSegment(union: readonly Segment[], from: number, to: number): readonly Segment[] {
  let low = Math.max(0, from);
  let high = to;
  if (!Number.isFinite(low) || !Number.isFinite(high) || high <= low) return union;
  const out: Segment[] = [];
  let placed = false;
  for (const [a, b] of union) {
    if (b + JOIN < low) out.push([a, b]);
    else if (a - JOIN > high) {
      if (!placed) out.push([low, high]);
      placed = true;
      out.push([a, b]);
    } else {
      low = Math.min(low, a);
      high = Math.max(high, b);
    }
  }
  if (!placed) out.push([low, high]);
  return out;
}

/** The union of stretches in any order, as `addSegment` would make it one by one, but not in square time. */
export function toUnion(stretches: readonly Segment[]): readonly Segment[] {
  const out: [number, number][] = [];
  for (const [from, to] of [...stretches].sort(([a], [b]) => a - b)) {
    const low = Math.max(0, from);
    if (!Number.isFinite(low) || !Number.isFinite(to) || to <= low) continue;
    const last = out.at(-1);
    if (last && low - JOIN <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([low, to]);
  }
  return out;
}

/** Seconds covered by the union. */
export function coveredSeconds(union: readonly Segment[]): number {
  return union.reduce((sum, [a, b]) => sum + (b - a), 0);
}

/** Fraction of `length` covered, 0 to 1. The ends of media are forgiven half a second: no browser reports the very last frame. */
export function coveredFraction(union: readonly Segment[], length: number): number {
  if (!(length > 0)) return 0;
  const slack = Math.min(0.5, length * 0.02);
  const inside = union.map(([a, b]): Segment => [Math.min(a, length), Math.min(b, length)]);
  const last = inside.at(-1);
  const tail = last && length - last[1] <= slack ? length - last[1] : 0;
  return Math.min(1, (coveredSeconds(inside) + tail) / length);
}

/** The video profile's `played-segments`: `0.000[.]12.000[,]14.000[.]21.000`. */
export function formatSegments(union: readonly Segment[]): string {
  return union.map(([a, b]) => `${a.toFixed(3)}[.]${b.toFixed(3)}`).join('[,]');
}
