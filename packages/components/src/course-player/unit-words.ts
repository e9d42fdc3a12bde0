import type { Unit, UnitState, UnitStatus } from '@lectern/core';
import { str, type Localizer } from '../internal/localize.js';

/** "12 min", or seconds below a minute. */
export function durationWords(seconds: number, words: Localizer): string {
  const short = seconds < 60;
  const count = words.number(Math.round(short ? seconds : seconds / 60));
  return short ? words.msg(str`${count} s`) : words.msg(str`${count} min`);
}

/** How long a unit usually takes, in seconds, where it is known. The length of a document is its pages. */
export const usualSeconds = (unit: Unit, state: UnitState | undefined): number | undefined => unit.expectedSeconds ?? (unit.kind === 'video' || unit.kind === 'audio' ? state?.length : undefined);

export function statusWords(status: UnitStatus, { msg }: Localizer): string {
  switch (status) {
    case 'notStarted':
      return msg('Not started');
    case 'inProgress':
      return msg('In progress');
    case 'completed':
      return msg('Completed');
    case 'passed':
      return msg('Passed');
    case 'failed':
      return msg('Not passed');
    case 'waived':
      return msg('Waived');
  }
}
