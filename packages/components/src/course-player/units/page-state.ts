import { PAGE_STATE_ID, readPageState, type PageState, type PageStorageAssignment } from '@lectern/courseware/frame';
import { unitActivityId, type HtmlUnit } from '@lectern/core';
import type { UnitContext } from './unit-view.js';

/** Milliseconds a page waits for the learner's record before it begins without what it had stored. */
const PATIENCE = 8_000;

export interface PageKeeping {
  readonly storage: PageStorageAssignment;
  keep(state: PageState): Promise<boolean>;
}

/**
 * Whose a page's storage is, what they left in it, and where what it stores goes: into the learner's record, as the unit's resume data, where there is one;
 * else it stays in this browser. Where the record cannot be read in time, nothing of this visit is kept: it would take the place of what was there before.
 */
export async function openPageKeeping({ course, unit, session, signal }: UnitContext<HtmlUnit>): Promise<PageKeeping> {
  const activityId = unitActivityId(course, unit);
  const opened = await Promise.race([session, new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE))]);
  signal.throwIfAborted();
  if (!opened) return unkept();
  const { connection } = opened;
  if (!connection.capabilities.state) return { storage: { owner: `browser:${activityId}` }, keep: () => Promise.resolve(false) };
  const key = { activityId, stateId: PAGE_STATE_ID };
  try {
    const saved = readPageState(await connection.loadState(key));
    const keep = async ({ revision, items }: PageState): Promise<boolean> => {
      if (connection.launchMode !== 'Normal') return true;
      const receipt = connection.saveState(key, { revision, items }, { mode: 'replace' });
      return receipt.reached('journaled').then(() => true, () => false);
    };
    return { storage: { owner: `${connection.registration}:${activityId}`, ...(saved ? { saved } : {}) }, keep };
  } catch {
    return unkept();
  }
}

const unkept = (): PageKeeping => ({ storage: {}, keep: () => Promise.resolve(true) });
