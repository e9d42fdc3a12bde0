import type { StateContent } from '@lectern/core';
import type { CmiTree, ScormCommit } from '../frame/protocol.js';
import { readStores } from '../sequencing/stores.js';
import { readCmi } from './cmi.js';

/** The id of the State document that keeps a SCO's data model, under the unit's activity. */
export const SCORM_STATE_ID = 'lectern.scorm';

const FORMAT = 1;

/** The data model as it was saved, and where it came from. */
export interface ScormDocument {
  readonly launch: string;
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The SCO itself ended the session. */
  readonly terminated: boolean;
  readonly cmi: CmiTree;
}

export function toDocument({ launch, seq, at, terminated, cmi }: ScormCommit): StateContent {
  return { v: FORMAT, launch, seq, at, terminated, cmi };
}

/** It comes from an LRS, where anything may have written it. @returns `undefined` where it is no data model of ours */
export function fromDocument(raw: StateContent | undefined): ScormDocument | undefined {
  if (raw?.['v'] !== FORMAT) return undefined;
  const { launch, seq, at, terminated, cmi } = raw;
  if (typeof cmi !== 'object' || cmi === null) return undefined;
  return {
    launch: typeof launch === 'string' ? launch : '',
    seq: typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0 ? seq : 0,
    at: typeof at === 'number' && Number.isFinite(at) ? at : 0,
    terminated: terminated === true,
    cmi: readCmi(cmi),
  };
}

/** Takes a commit from the frame, which content can reach: numbers that are none end in an error the frame keeps its journal for. */
export function readCommit(raw: ScormCommit): ScormCommit {
  const { launch, seq, at, initializedAt, terminated } = raw;
  if (typeof launch !== 'string' || !Number.isSafeInteger(seq) || seq < 0 || !Number.isFinite(at) || !Number.isFinite(initializedAt)) {
    throw new TypeError('The courseware frame sent something that is no commit.');
  }
  return { launch, seq, at, initializedAt, terminated: terminated === true, cmi: readCmi(raw.cmi), stores: readStores(raw.stores) };
}
