import { listUnits, QUIZ_STATE_ID, unitActivityId, type Course, type LecternError, type Session, type UnitKind } from '@lectern/core';
import { openKeeper, PAGE_STATE_ID, type OpenKeeper } from '@lectern/courseware/frame';
import { KeepError, type KeptStore, type KeepProgress } from '@lectern/courseware/offline';
import { SCORM_STATE_ID } from '@lectern/courseware/scorm';
import { SEQUENCING_STATE_ID } from '@lectern/courseware/sequencing';
import { SIMULATION_STATE_ID } from '../../simulation-viewer/simulation-outlet.js';
import type { Localizer } from '../../internal/localize.js';
import { asLecternError } from '../player-error.js';
import { pdfAssets } from '../units/document/pdf-assets.js';
import { mayBeKept, planCourse, type Keepable } from './keep-plan.js';
import { aboutOf, keptId, openStore, type AboutCourse, type KeptCourse } from './kept-course.js';
import { KeepingEvent, OfflineEvent } from './offline.events.js';
import { freePage, keepPage } from './page-keeper.js';

/**
 * - `unknown`: it is being looked up. `unable`: nothing of the course can be kept. `none`: nothing is kept. `freed`: nothing is kept any more.
 * - `keeping`: files are on their way. `partial`: keeping was broken off, and can be gone on with.
 * - `kept`: the course can be used without a network. `newer`: it is kept, and something newer is published.
 * - `failed`: `error` says why.
 */
export type OfflineState = 'unknown' | 'unable' | 'none' | 'freed' | 'keeping' | 'partial' | 'kept' | 'newer' | 'failed';

/** What is kept of a course. Frozen. */
export interface OfflineStatus {
  readonly state: OfflineState;
  /** Bytes kept of this course, or so far. */
  readonly bytes: number;
  /** Bytes in all, while they are on their way and where that is known. */
  readonly totalBytes?: number;
  /** There was no network when the course was opened: it is played from what is kept. */
  readonly offline: boolean;
  /** Bytes that all of this site takes, and those that it may, as far as the browser says. */
  readonly usage?: number;
  readonly quota?: number;
  /** The browser does not take it away by itself, when room is short. */
  readonly persisted: boolean;
  /** The page itself opens without a network, too. */
  readonly page: boolean;
  /** Courses that this page keeps, this one included. */
  readonly courses: number;
  /** Ids of units that need a network all the same, and why. */
  readonly notKept: Readonly<Record<string, Exclude<Keepable, 'yes'>>>;
  readonly error?: LecternError;
}

/** What is asked of a player whose course may be kept. */
export interface OfflinePlayer extends HTMLElement {
  readonly src: string;
  /** URL of the page's worker, if it has one of ours. */
  readonly pageWorker: string | undefined;
  /** URL of the folder with what PDFs need, if not beside the script. */
  readonly pdfAssets: string | undefined;
  readonly renderRoot: HTMLElement | DocumentFragment;
  /** The learner's, once it is there: what the course's units begin with is fetched for the time without a network. */
  readonly session: Session | undefined;
  requestUpdate(): void;
}

/** Milliseconds for the page's worker to free the page. */
const FREEING = 5_000;

/** Milliseconds between two tellings of how far it has come. */
const INTERVAL = 200;

/** One opened course, and what of it is kept for times without a network. */
export class OfflineCourse {
  readonly #player: OfflinePlayer;
  readonly #loaded: KeptCourse;
  readonly #keepLaunch: (keep: boolean) => void;
  /** Absolute URL of the course. */
  readonly #src: string;
  readonly #store: KeptStore | undefined = openStore();
  readonly #id: string;
  #stop: AbortController | undefined;
  #status: OfflineStatus;
  #told = 0;

  /** @param keepLaunch lets the learner's launch be remembered on this device */
  constructor(player: OfflinePlayer, loaded: KeptCourse, keepLaunch: (keep: boolean) => void) {
    this.#player = player;
    this.#loaded = loaded;
    this.#keepLaunch = keepLaunch;
    this.#src = new URL(player.src, document.baseURI).href;
    this.#id = keptId(this.#src);
    this.#status = Object.freeze({ state: 'unknown', bytes: 0, offline: loaded.offline === true, persisted: false, page: false, courses: 0, notKept: {} });
    addEventListener('online', this.#onOnline);
    void this.#look().then(() => this.#renew());
  }

  /** Where the courseware frame is put, unseen. */
  get #place(): HTMLElement {
    return this.#player.renderRoot.querySelector<HTMLElement>('.keeper')!;
  }

  get status(): OfflineStatus {
    return this.#status;
  }

  /** Whether a unit can be used without a network, in words, where the course is kept. */
  wordsOf(unitId: string, { msg }: Localizer): string | undefined {
    const { state, notKept } = this.#status;
    if (state !== 'kept' && state !== 'newer') return undefined;
    return notKept[unitId] === undefined ? msg('On this device') : msg('Needs the network');
  }

  /**
   * Keeps the whole course, or goes on with it, or takes what is newer. Resolves when that has ended one way or the other; `status` says which.
   */
  async keep(): Promise<void> {
    if (this.#stop) return;
    const stop = (this.#stop = new AbortController());
    this.#set({ state: 'keeping', bytes: 0, totalBytes: undefined, error: undefined });
    let keeper: OpenKeeper | undefined;
    try {
      if (!this.#store) throw new KeepError('keep-unsupported', 'This browser has no Cache Storage here: it needs https, and leave to store.');
      await navigator.storage?.persist?.().catch(() => false);
      const loaded = this.#loaded;
      if (loaded.files && loaded.kept === undefined) throw new KeepError('keep-unlisted', 'A package that is played where it is cannot be kept.');
      const { course, base } = loaded;
      const plan = await planCourse(loaded, stop.signal);
      const files = [...plan.page, ...plan.frame];
      await this.#checkRoom(files);
      const totalBytes = files.every(({ size }) => size !== undefined) ? files.reduce((sum, { size }) => sum + size!, 0) : undefined;
      const done = { page: 0, frame: 0 };
      const progress = (side: 'page' | 'frame') => (news: KeepProgress) => {
        done[side] = news.bytes;
        this.#progress(done.page + done.frame, totalBytes);
      };
      let frameBytes = 0;
      if (plan.frame.length > 0) {
        keeper = await openKeeper({ frame: course.frame, host: this.#place, signal: stop.signal, progress: progress('frame') });
        frameBytes = (await keeper.keep({ id: this.#id, version: plan.version, files: plan.frame }, stop.signal)).bytes;
      }
      const keeping = new KeepingEvent();
      this.#player.dispatchEvent(keeping);
      await keeping.done;
      const { pageWorker } = this.#player;
      if (pageWorker) await keepPage(pageWorker, needsPdf(course) ? [pdfAssets(this.#player.pdfAssets).list] : [], stop.signal);
      await this.#fetchStates(course);
      // What was published meanwhile would be another course with these files.
      if ((await planCourse(loaded, stop.signal)).version !== plan.version) throw new KeepError('keep-changed', 'The course was published anew while it was being kept.', { file: this.#src });
      const about: AboutCourse = { course, base, units: [...plan.units], frameBytes, page: Boolean(pageWorker) || keeping.answered };
      await this.#store.keep({ id: this.#id, version: plan.version, files: plan.page, about }, { signal: stop.signal, progress: progress('page') });
      this.#keepLaunch(true);
      this.#stop = undefined;
      await this.#look();
    } catch (thrown) {
      const error = stop.signal.aborted ? undefined : asLecternError(thrown, 'unit-failed');
      this.#set({ state: error ? 'failed' : 'partial', ...(error ? { error } : {}) });
      await this.#measure();
    } finally {
      keeper?.close();
      this.#stop = undefined;
    }
  }

  /** Stops keeping; what is there stays for the next try. */
  cancel(): void {
    this.#stop?.abort(new DOMException('It is not wanted now.', 'AbortError'));
  }

  /** Takes the course's files out of this browser. What the learner did and what waits to be sent stay where they are. */
  async free(): Promise<void> {
    this.cancel();
    await this.#free(this.#id, aboutOf(await this.#store?.entry(this.#id))?.course ?? this.#loaded.course);
    this.#keepLaunch(false);
    const { pageWorker } = this.#player;
    if (pageWorker) await freePage(pageWorker, AbortSignal.timeout(FREEING)).catch(() => undefined);
    this.#set({ state: 'freed', bytes: 0, totalBytes: undefined, error: undefined });
    await this.#measure();
  }

  /** Takes all courses' files that this page has kept out of this browser. */
  async freeAll(): Promise<void> {
    for (const entry of (await this.#store?.entries()) ?? []) {
      const about = aboutOf(entry);
      if (about) await this.#free(entry.id, about.course);
    }
    await this.free();
  }

  /** It is not played any more. */
  dispose(): void {
    removeEventListener('online', this.#onOnline);
    this.cancel();
  }

  readonly #onOnline = (): void => {
    if (this.#status.offline) this.#set({ offline: false });
  };

  /** What was asked for once is asked for in its newer version, too; unless the learner's device is to save data. */
  async #renew(): Promise<void> {
    const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
    if (this.#status.state === 'newer' && !connection?.saveData) await this.keep();
  }

  async #free(id: string, course: Course): Promise<void> {
    if (course.frame !== undefined) {
      // Where the frame cannot be had, nothing was kept there, or it is freed with the site's data.
      const keeper = await openKeeper({ frame: course.frame, host: this.#place, signal: new AbortController().signal, timeout: 5_000 }).catch(() => undefined);
      await keeper?.free(id).catch(() => undefined);
      keeper?.close();
    }
    await this.#store?.free(id);
  }

  async #look(): Promise<void> {
    const entry = await this.#store?.entry(this.#id).catch(() => undefined);
    const partial = entry ? undefined : await this.#store?.partial(this.#id).catch(() => undefined);
    const about = aboutOf(entry);
    if (this.#stop) return;
    const newer = entry?.mode === 'network';
    const notKept = Object.fromEntries((about?.units ?? []).filter((unit): unit is [string, Exclude<Keepable, 'yes'>] => unit[1] !== 'yes'));
    this.#set({ state: about ? (newer ? 'newer' : 'kept') : partial ? 'partial' : mayBeKept(this.#loaded.course) ? 'none' : 'unable', bytes: (entry?.bytes ?? 0) + (about?.frameBytes ?? 0), totalBytes: undefined, error: undefined, notKept, page: about?.page === true || Boolean(navigator.serviceWorker?.controller) });
    await this.#measure();
  }

  async #measure(): Promise<void> {
    const { storage } = navigator as { readonly storage?: StorageManager };
    const [estimate, persisted, entries] = await Promise.all([storage?.estimate?.().catch(() => undefined), storage?.persisted?.().catch(() => false), this.#store?.entries().catch(() => [])]);
    this.#set({ ...(estimate?.usage === undefined ? {} : { usage: estimate.usage }), ...(estimate?.quota === undefined ? {} : { quota: estimate.quota }), persisted: persisted === true, courses: (entries ?? []).filter((entry) => aboutOf(entry)).length });
  }

  /** @throws KeepError `keep-quota` where it is known beforehand */
  async #checkRoom(files: readonly { readonly size?: number }[]): Promise<void> {
    const { usage, quota } = (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {};
    const needed = files.reduce((sum, { size = 0 }) => sum + size, 0);
    if (usage !== undefined && quota !== undefined && needed > quota - usage) throw new KeepError('keep-quota', `The course needs ${needed} bytes; this browser gives ${Math.max(0, quota - usage)} more.`);
  }

  /** What units begin with is loaded once, so that it is known when there is no network. */
  async #fetchStates(course: Course): Promise<void> {
    const connection = this.#player.session?.connection;
    if (!connection?.capabilities.state) return;
    const keys = listUnits(course).flatMap((unit) => {
      const stateId = STATE_IDS[unit.kind];
      return stateId === undefined ? [] : [{ activityId: unitActivityId(course, unit), stateId }];
    });
    if (course.sequencing || /^scorm/.test(course.format)) keys.push({ activityId: course.id, stateId: SEQUENCING_STATE_ID });
    const queue = keys[Symbol.iterator]();
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let next = queue.next(); !next.done; next = queue.next()) await connection.loadState(next.value);
      }),
    );
  }

  #progress(bytes: number, totalBytes: number | undefined): void {
    const now = performance.now();
    if (now - this.#told < INTERVAL) return;
    this.#told = now;
    this.#set({ bytes, totalBytes });
  }

  #set(change: { [Name in keyof OfflineStatus]?: OfflineStatus[Name] | undefined }): void {
    this.#status = Object.freeze({ ...this.#status, ...change }) as OfflineStatus;
    this.#player.requestUpdate();
    this.#player.dispatchEvent(new OfflineEvent(this.#status));
  }
}

/** By what name a unit that can be kept begins with what it did before. */
const STATE_IDS: Partial<Record<UnitKind, string>> = { scorm: SCORM_STATE_ID, quiz: QUIZ_STATE_ID, simulation: SIMULATION_STATE_ID, html: PAGE_STATE_ID };

const needsPdf = (course: Course): boolean => listUnits(course).some((unit) => unit.kind === 'document' && unit.sources.some(({ type }) => type === 'application/pdf'));
