import { unitStatus, type SessionState, type UnitState, type UnitStatus } from '@lectern/core';
import type { Playback } from './playback.js';
import { CourseCompleteEvent, UnitStateEvent } from './surroundings.events.js';

interface Seen {
  readonly status: UnitStatus;
  readonly locked: boolean;
}

/** Tells a page which units have another state than before, or are open or closed to the learner now; and when the last one is done. */
export class UnitChanges {
  readonly #playback: Playback;
  #seen: ReadonlyMap<string, Seen>;
  #satisfied: boolean;

  /** @param before what the learner's record said when it was read */
  constructor(playback: Playback, before: SessionState) {
    this.#playback = playback;
    this.#seen = this.#look(before.units);
    this.#satisfied = before.rollUp.satisfied;
  }

  /** Events about what is different, in reading order. */
  take(): readonly Event[] {
    const { units, session } = this.#playback;
    if (!session) return [];
    const state = session.getState();
    const before = this.#seen;
    const now = (this.#seen = this.#look(state.units));
    const events: Event[] = units.flatMap((unit) => {
      const [was, is] = [before.get(unit.id)!, now.get(unit.id)!];
      return was.status === is.status && was.locked === is.locked ? [] : [new UnitStateEvent(unit, is.status, was.status, is.locked)];
    });
    if (state.rollUp.satisfied && !this.#satisfied) events.push(new CourseCompleteEvent());
    this.#satisfied = state.rollUp.satisfied;
    return events;
  }

  #look(states: Readonly<Record<string, UnitState>>): ReadonlyMap<string, Seen> {
    const { units, navigation } = this.#playback;
    return new Map(units.map(({ id }) => [id, { status: unitStatus(states[id]), locked: !navigation.canOpen(id).allowed }]));
  }
}
