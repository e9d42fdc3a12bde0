/** A stretch of media that was watched, in seconds: `[from, to]`, `from` ≤ `to`. */
export type Segment = readonly [from: number, to: number];

/** Media elements report times a little early or late; gaps below this many seconds are one segment. */
const JOIN = 0.25;

/** Adds a stretch to a sorted union of disjoint segments. */
export function addSegment(union: readonly Segment[], from: number, to: number): readonly Segment[] {
  if (!Number.isFinite(from) || !Number.isFinite(to) || to <= from) return union;
  const start = Math.max(0, from);
  const out: Segment[] = [];
  let low = start;
  let high = to;
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

/** Seconds covered by the union. */
export function coveredSeconds(union: readonly Segment[]): number {
  return union.reduce((sum, [a, b]) => sum + (b - a), 0);
}

/** Fraction of `length` covered, 0 to 1. The ends of media are forgiven half a second: no browser reports the very last frame. */
export function coveredFraction(union: readonly Segment[], length: number): number {
  if (!(length > 0)) return 0;
  const slack = Math.min(0.5, length * 0.02);
  const last = union.at(-1);
  const tail = last && length - last[1] <= slack ? Math.max(0, length - last[1]) : 0;
  return Math.min(1, (coveredSeconds(union) + tail) / length);
}

/** The video profile's `played-segments`: `0.000[.]12.000[,]14.000[.]21.000`. */
export function formatSegments(union: readonly Segment[]): string {
  return union.map(([a, b]) => `${a.toFixed(3)}[.]${b.toFixed(3)}`).join('[,]');
}
