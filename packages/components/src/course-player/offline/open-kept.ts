import { openKeeper } from '@lectern/courseware/frame';
import { type KeptStore, type KeptMode } from '@lectern/courseware/offline';
import type { LoadedCourse } from '../load-course.js';
import { aboutOf, keptId, openStore, type AboutCourse, type KeptCourse } from './kept-course.js';
import { planCourse } from './keep-plan.js';
import { KeptFiles } from './kept-files.js';

/** Milliseconds the network has to give the course, where it is kept: a network that is as good as none is none. */
const PATIENCE = 8_000;

/** Faults that mean that nobody was there to ask. */
const AWAY: readonly string[] = ['course-offline', 'course-unreachable'];

/**
 * Opens a course that may be kept: as it is published now, where that can be had; else as it is kept, whole. Never one with files of the other.
 * @throws what `load` throws, where nothing is kept
 */
export async function openKept(src: string, load: () => Promise<LoadedCourse>, signal: AbortSignal): Promise<KeptCourse> {
  const store = openStore();
  const id = keptId(new URL(src, document.baseURI).href);
  const entry = await store?.entry(id).catch(() => undefined);
  const about = aboutOf(entry);
  if (!store || !entry || !about) return load();
  const fromHere = async (): Promise<KeptCourse> => {
    await answerBy(store, id, entry.mode, 'kept', about, signal);
    const { course, base } = about;
    return { course, base, kept: 'kept', offline: true, files: new KeptFiles(store, id, about, true) };
  };
  if (!navigator.onLine) return fromHere();
  let loaded: LoadedCourse;
  let version: string;
  try {
    loaded = await within(load());
    ({ version } = await within(planCourse(loaded, signal)));
  } catch (error) {
    const code = String((error as { readonly code?: unknown } | null)?.code);
    if (signal.aborted || !(AWAY.includes(code) || code === 'keep-unreachable' || code === 'away')) throw error;
    return fromHere();
  }
  const current = version === entry.version;
  await answerBy(store, id, entry.mode, current ? 'kept' : 'network', about, signal);
  return current ? { ...loaded, kept: 'kept', files: new KeptFiles(store, id, about, false) } : { ...loaded, kept: 'newer' };
}

/** Has both origins answer in the same way. */
async function answerBy(store: KeptStore, id: string, before: KeptMode, mode: KeptMode, { course, frameBytes }: AboutCourse, signal: AbortSignal): Promise<void> {
  if (before === mode) return;
  if (frameBytes > 0 && course.frame !== undefined) {
    const place = document.body.appendChild(document.createElement('div'));
    place.hidden = true;
    try {
      const keeper = await openKeeper({ frame: course.frame, host: place, signal });
      await keeper.setMode(id, mode);
      keeper.close();
    } finally {
      place.remove();
    }
  }
  await store.setMode(id, mode);
}

function within<T>(work: Promise<T>): Promise<T> {
  return Promise.race([work, new Promise<never>((_resolve, reject) => setTimeout(() => reject(Object.assign(new Error('The network did not answer in time.'), { code: 'away' })), PATIENCE))]);
}
