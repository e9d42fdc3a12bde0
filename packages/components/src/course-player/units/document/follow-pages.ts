import type { DocumentUnit, Session, UnitState } from '@lectern/core';
import type { UnitContext } from '../unit-view.js';
import { Dwell, secondsForPage } from './dwell.js';

/** Milliseconds between two looks at what is in sight. */
const LOOK = 500;

export interface FollowPagesOptions {
  readonly context: UnitContext<DocumentUnit>;
  readonly count: number;
  /** Where it was opened, where that is not at the beginning: nothing is left to resume then. */
  readonly first?: number;
  readonly firstPlace?: string;
  /** Pages in sight and how much of each, 0 to 1. */
  inSight(): ReadonlyMap<number, number>;
  /** A page's words, where they are known. */
  textOf(page: number): string | undefined;
  /** Shows the page where the learner was. */
  resume(page: number): void;
  onState(state: UnitState | undefined): void;
}

export interface FollowedPages {
  /** The reader is on this page now; `place` is the same in the format's own words. */
  moved(page: number, place?: string): void;
}

/** Tells the session which pages are read and where the reader is, and takes up where they were. */
export function followPages({ context, count, first = 0, firstPlace, inSight, textOf, resume, onState }: FollowPagesOptions): FollowedPages {
  const { unit, signal, dispatch, session } = context;
  const dwell = new Dwell((page) => secondsForPage(textOf(page) ?? '', unit.minPageSeconds));
  let opened: Session | undefined;
  let last = first;
  let lastPlace = firstPlace;
  let hasMoved = false;
  const locate = (): void => void dispatch({ type: 'located', position: last, length: count, ...(lastPlace === undefined ? {} : { place: lastPlace }) });

  dispatch({ type: 'initialized' });
  let looked = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const seconds = (now - looked) / 1000;
    looked = now;
    if (document.visibilityState !== 'visible') return;
    for (const page of dwell.pass(seconds, inSight())) dispatch({ type: 'read', from: page, to: page + 1, length: count });
  }, LOOK);
  signal.addEventListener('abort', () => clearInterval(timer));

  void session.then((there) => {
    if (signal.aborted) return;
    opened = there;
    const state = there.getState().units[unit.id];
    dwell.know((state?.segments ?? []).flatMap(([from, to]) => Array.from({ length: Math.max(0, Math.min(count, Math.ceil(to)) - Math.floor(from)) }, (_, step) => Math.floor(from) + step)));
    // Who has moved already is where they want to be.
    if (!hasMoved && state?.position !== undefined && state.position > 0 && state.position < count) resume(Math.floor(state.position));
    locate();
    onState(there.getState().units[unit.id]);
    signal.addEventListener('abort', there.subscribe((all) => onState(all.units[unit.id])));
  });

  return {
    moved(page, place) {
      if (page === last && place === lastPlace) return;
      last = page;
      lastPlace = place;
      hasMoved = true;
      // What the session does not know yet must not overwrite what it does.
      if (opened) locate();
    },
  };
}
