import type { UnitState } from '@lectern/core';
import type { UnitContext } from '../units/unit-view.js';

/** Seconds that a press on the slider may miss the end of what was played. */
const SLACK = 0.5;

/** Seconds that may lie between two stretches that were played one after the other. */
const GAP = 2;

/** The most that a film for compulsory training is sped up before it has been watched. */
const FASTEST = 2;

/**
 * Keeps a learner from skipping what they have not played yet (`seekAhead: false`): a jump ahead goes to the end of what was played, whatever made
 * it, and the learner is told. When the unit is completed, nothing is held back any more.
 */
export function holdBack(media: HTMLMediaElement, { announce, words, signal }: Pick<UnitContext, 'announce' | 'words' | 'signal'>, state: () => UnitState | undefined): void {
  let furthest = 0;
  let last = media.currentTime;
  const frontier = (): number => Math.max(furthest, reached(state()?.segments ?? []));
  const free = (): boolean => state()?.completed === true;
  const on = (type: string, listener: () => void): void => media.addEventListener(type, listener, { signal });

  on('timeupdate', () => {
    if (media.seeking) return;
    const now = media.currentTime;
    // Only what was played moves the end; a jump does not.
    if (now > last && now - last < 3 * FASTEST && now <= frontier() + 3 * FASTEST) furthest = Math.max(furthest, now);
    last = now;
  });
  const pullBack = (): void => {
    const end = frontier();
    if (free() || media.currentTime <= end + SLACK) {
      last = media.currentTime;
      return;
    }
    media.currentTime = last = end;
    announce(words.msg('You can go ahead to what you have not seen yet only by watching it.'));
  };
  const slowDown = (): void => {
    if (!free() && media.playbackRate > FASTEST) media.playbackRate = FASTEST;
  };
  on('seeking', pullBack);
  on('ratechange', slowDown);

  // This loads beside the film: the learner may have played some of it already, and may have jumped.
  const { played } = media;
  for (let i = 0; i < played.length && played.start(i) <= frontier() + SLACK; i++) furthest = Math.max(furthest, played.end(i));
  pullBack();
  slowDown();
}

/** How far was played without a break from the begin. What was played behind a jump, before this had loaded, is not it. */
function reached(segments: UnitState['segments']): number {
  let end = 0;
  for (const [from, to] of segments) {
    if (from > end + GAP) break;
    end = Math.max(end, to);
  }
  return end;
}
