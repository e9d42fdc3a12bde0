import type { Course } from '@lectern/core';
import { KeptStore, type KeptEntry } from '@lectern/courseware/offline';
import type { LoadedCourse } from '../load-course.js';
import type { Keepable } from './keep-plan.js';

/** What is remembered of a course with its files. */
export interface AboutCourse {
  readonly course: Course;
  readonly base: string;
  readonly units: readonly (readonly [string, Keepable])[];
  /** Bytes on the content origin. */
  readonly frameBytes: number;
  /** Of units that are streams (HLS): the playlist that the course names, and those that are kept. */
  readonly streams?: readonly (readonly [string, { readonly url: string; readonly playlists: readonly string[] }])[];
  /** The page is kept as well. */
  readonly page?: boolean;
}

/** The name under which a course is kept, on this origin and, in this page's name, on the content's. */
export const keptId = (src: string): string => `course ${src.replace(/#.*$/, '')}`;

/** A store, where the browser gives one. */
export function openStore(): KeptStore | undefined {
  try {
    return new KeptStore();
  } catch {
    return undefined;
  }
}

/** What is remembered, if it is what we wrote: another script of this origin may have written there. */
export function aboutOf(entry: KeptEntry | undefined): AboutCourse | undefined {
  const about = entry?.about as Partial<AboutCourse> | undefined;
  return about && typeof about.base === 'string' && typeof about.course === 'object' && Array.isArray(about.units) && (about.streams === undefined || Array.isArray(about.streams)) ? (about as AboutCourse) : undefined;
}

/** How an opened course is played. */
export interface KeptCourse extends LoadedCourse {
  /** `kept`: from what is kept, without the network where there is none; `newer`: something newer is published, and is played from the network. */
  readonly kept?: 'kept' | 'newer';
  /** The network was not there. */
  readonly offline?: boolean;
}
