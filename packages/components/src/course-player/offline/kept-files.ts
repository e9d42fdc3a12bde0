import { isMediaUnit } from './is-media-unit.js';
import { isHls, type Unit } from '@lectern/core';
import type { KeptStore } from '@lectern/courseware/offline';
import type { CourseFiles, PreparedUnit, PrepareOptions } from '../sources/course-files.js';
import { ExplainedError } from '../sources/explained-error.js';
import type { AboutCourse } from './kept-course.js';
import { playable, type Keepable } from './keep-plan.js';
import { notKeptWords } from './not-kept-words.js';
import { sentences } from './sentences.js';

/** The files of a course that is kept in this browser. */
export class KeptFiles implements CourseFiles {
  readonly feed = undefined;
  readonly #store: KeptStore;
  readonly #id: string;
  readonly #about: AboutCourse;
  readonly #keepable: ReadonlyMap<string, Keepable>;
  /** There was no network when the course was opened. */
  readonly #offline: boolean;

  constructor(store: KeptStore, id: string, about: AboutCourse, offline: boolean) {
    this.#store = store;
    this.#id = id;
    this.#about = about;
    this.#keepable = new Map(about.units);
    this.#offline = offline;
  }

  /** @throws LecternError where there is no network and the unit is not kept */
  async prepare(unit: Unit, { signal }: PrepareOptions): Promise<PreparedUnit> {
    const keepable = this.#keepable.get(unit.id) ?? 'unlisted';
    if (keepable !== 'yes') {
      // The network may have gone since the course was opened, and what needs it would only seem broken.
      if (!(await this.#isThere(signal))) throw notWithout(unit.id, keepable);
      return { unit };
    }
    const away = this.#offline && !(await this.#isThere(signal));
    if (isMediaUnit(unit)) {
      const played = playable(unit.sources);
      const stream = isHls(played) ? new Map(this.#about.streams).get(unit.id) : undefined;
      const src = stream ? ((await this.#store.blob(this.#id, stream.url)) && stream.url) : await this.#address(played.src, signal);
      if (src === undefined) {
        if (away) throw gone(unit.id);
        return { unit };
      }
      const tracks = unit.tracks && (await Promise.all(unit.tracks.map(async (track) => ({ ...track, src: (await this.#address(track.src, signal)) ?? track.src }))));
      const poster = unit.poster === undefined ? undefined : await this.#address(unit.poster, signal);
      const prepared = { ...unit, sources: [{ ...played, src }], ...(tracks ? { tracks } : {}), ...(poster === undefined ? {} : { poster }) };
      if (!stream) return { unit: prepared };
      const read = (url: string): Promise<Blob | undefined> => this.#store.blob(this.#id, url);
      const kept = { url: stream.url, playlists: new Set(stream.playlists), read, gone: (file: string) => gone(unit.id, file) };
      return { unit: prepared, load: async () => (await import('./kept-stream.js')).keptStreamView(kept) };
    }
    if (unit.kind === 'document') {
      const sources = await Promise.all(unit.sources.map(async (source) => (this.#staysPut(source.type) ? source : { ...source, src: (await this.#address(source.src, signal)) ?? source.src })));
      return { unit: { ...unit, sources } };
    }
    if (unit.kind === 'quiz' && unit.src !== undefined && !navigator.serviceWorker?.controller) return { unit: { ...unit, src: (await this.#address(unit.src, signal)) ?? unit.src } };
    return { unit };
  }

  rest(): void {
    // Nothing is under way: what is kept is read where it is.
  }

  /** A book is read on the content origin; text that refers to what lies beside it needs its place, where a worker answers for it. */
  #staysPut(type: string): boolean {
    return type === 'application/epub+zip' || (type === 'text/markdown' && Boolean(navigator.serviceWorker?.controller));
  }

  /** Whether there is a network now, by asking the course's own server. */
  async #isThere(signal: AbortSignal): Promise<boolean> {
    if (!navigator.onLine) return false;
    const { files } = this.#about.course;
    if (files === undefined) return !this.#offline;
    return fetch(new URL(files, this.#about.base), { method: 'HEAD', cache: 'no-store', signal }).then(({ ok }) => ok, () => false);
  }

  /** As a `blob:` URL, until the unit closes: the browser reads of it what is asked for. */
  async #address(src: string, signal: AbortSignal): Promise<string | undefined> {
    const blob = await this.#store.blob(this.#id, new URL(src, this.#about.base).href);
    signal.throwIfAborted();
    if (!blob) return undefined;
    const url = URL.createObjectURL(blob);
    signal.addEventListener('abort', () => URL.revokeObjectURL(url), { once: true });
    return url;
  }
}

const notWithout = (unit: string, why: Exclude<Keepable, 'yes'>): ExplainedError =>
  new ExplainedError(
    'unit-needs-network',
    `The unit cannot be used without a network: ${why}.`,
    (words) => ({
      title: words.msg('This unit needs the network'),
      advice: sentences(notKeptWords(why, words), words.msg('The other units of the course can be used now.')),
    }),
    { field: unit },
  );

const gone = (unit: string, file?: string): ExplainedError =>
  new ExplainedError(
    'unit-not-kept',
    'The unit’s files are not in this browser any more.',
    ({ msg }) => ({ title: msg('This unit is not on this device'), advice: msg('The browser has taken it away, or it was freed. Keep the course again when there is a network; the other units can be used now.') }),
    { field: unit, ...(file === undefined ? {} : { file }) },
  );
