import type { UnitContext } from './unit-view.js';

/** Seconds between two looks at the time spent. */
const TICK = 1;

/** Time counts while the page is seen, and goes on from where it was. */
export function countTime({ session, unit, signal, dispatch }: UnitContext, needed: number, isOpen: () => boolean): void {
  let seconds = 0;
  void session.then((opened) => {
    const before = opened.getState().units[unit.id];
    seconds += before?.completed ? needed : (before?.progress ?? 0) * needed;
  });
  let told = 0;
  const timer = setInterval(() => {
    if (!isOpen() || document.visibilityState !== 'visible') return;
    seconds += TICK;
    const progress = Math.min(1, seconds / needed);
    if (progress - told >= 0.05) {
      told = progress;
      dispatch({ type: 'progressed', progress });
    }
    if (progress < 1) return;
    clearInterval(timer);
    dispatch({ type: 'completed' });
  }, TICK * 1000);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
