import type { ClosedReason } from '@lectern/core';

/** The exception codes of the sequencing behaviour (SN appendix D). */
export type SequencingException =
  | `NB.2.1-${1 | 2 | 3 | 4 | 5 | 6 | 8 | 9 | 10 | 11 | 12 | 13}`
  | `TB.2.3-${1 | 2 | 3 | 4 | 5 | 6 | 7}`
  | `SB.2.1-${2 | 3 | 4}`
  | `SB.2.2-${1 | 2}`
  | `SB.2.4-${1 | 2 | 3}`
  | 'SB.2.5-1'
  | `SB.2.6-${1 | 2}`
  | `SB.2.7-${1 | 2}`
  | `SB.2.8-${1 | 2}`
  | `SB.2.9-${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`
  | `SB.2.10-${1 | 2 | 3}`
  | `SB.2.11-${1 | 2}`
  | 'SB.2.12-1'
  | 'SB.2.13-1'
  | `DB.1.1-${1 | 2 | 3}`
  | 'DB.2-1';

const REASONS: Partial<Record<SequencingException, ClosedReason>> = {
  'NB.2.1-2': 'end',
  'NB.2.1-4': 'order',
  'NB.2.1-5': 'order',
  'NB.2.1-6': 'end',
  'NB.2.1-8': 'order',
  'NB.2.1-10': 'choice',
  'NB.2.1-11': 'unknown',
  'SB.2.1-3': 'end',
  'SB.2.9-1': 'unknown',
  'SB.2.9-2': 'unknown',
  'SB.2.9-3': 'order',
  'SB.2.9-4': 'choice',
  'SB.2.2-2': 'disabled',
  'SB.2.9-9': 'disabled',
  'DB.1.1-3': 'disabled',
};

/** An exception in words for people. What has none of its own comes down to the course's order. */
export const reasonOf = (exception: SequencingException): ClosedReason => REASONS[exception] ?? 'order';
