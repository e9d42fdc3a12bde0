import { listUnits, QUIZ_STATE_ID, unitActivityId, type Course, type LecternError, type Session, type Unit, type UnitKind } from '@lectern/core';
import { openKeeper, PAGE_STATE_ID, type OpenKeeper } from '@lectern/courseware/frame';
import { H5P_STATE_ID } from '@lectern/courseware/h5p';
import { KeepError, type KeptStore, type KeepProgress } from '@lectern/courseware/offline';
import { SCORM_STATE_ID } from '@lectern/courseware/scorm';
import { SEQUENCING_STATE_ID } from '@lectern/courseware/sequencing';
import { SIMULATION_STATE_ID } from '../../simulation-viewer/simulation-outlet.js';
import type { Localizer } from '../../internal/localize.js';
import type { CourseFiles } from '../sources/course-files.js';
import { asLecternError } from '../player-error.js';
import { pdfAssets } from '../units/document/pdf-assets.js';
import { mayBeKept, planCourse, withoutFiles, type Keepable } from './keep-plan.js';
import { aboutOf, keptId, openStore, type AboutCourse, type KeptCourse } from './kept-course.js';
import { isElsewhere } from './not-kept-words.js';
import { planStreams } from './keep-streams.js';
import { KeptFiles } from './kept-files.js';
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
  /** `totalBytes` is reckoned: nobody says how long a stream's parts are. */
  readonly estimated?: boolean;
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
  /** What is wrong with units that this visit has not kept, by their ids: streams (HLS) that are none, say, with `file` and `field`. */
  readonly problems?: Readonly<Record<string, LecternError>>;
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
  readonly updateComplete: Promise<unknown>;
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
  #problems: Readonly<Record<string, LecternError>> = {};

  readonly #useFiles: (files: CourseFiles | undefined) => void;

  /**
   * @param keepLaunch lets the learner's launch be remembered on this device
   * @param useFiles has units that open from now on take their files from there
   */
  constructor(player: OfflinePlayer, loaded: KeptCourse, keepLaunch: (keep: boolean) => void, useFiles: (files: CourseFiles | undefined) => void) {
    this.#useFiles = useFiles;
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
    const why = notKept[unitId];
    return why === undefined ? msg('On this device') : isElsewhere(why) ? msg('Needs the network') : msg('Not on this device');
  }

  /** Units that are not here though the course is, or that could not be, and why. */
  get others(): readonly { readonly unit: Unit; readonly why: Exclude<Keepable, 'yes'> }[] {
    const { state, notKept } = this.#status;
    const kept = state === 'kept' || state === 'newer';
    return listUnits(this.#loaded.course).flatMap((unit) => {
      const why = kept ? notKept[unit.id] : withoutFiles(unit);
      return why === undefined ? [] : [{ unit, why }];
    });
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
      // Firefox asks the learner, who may never answer.
      void navigator.storage?.persist?.().catch(() => false);
      const loaded = this.#loaded;
      if (loaded.files && loaded.kept === undefined) throw new KeepError('keep-unlisted', 'A package that is played where it is cannot be kept.');
      const { course, base } = loaded;
      const plan = await planStreams(course, base, await planCourse(loaded, stop.signal), stop.signal);
      const units = new Map(plan.units);
      const files = [...plan.page, ...plan.frame];
      const { bytes: totalBytes, estimated = false } = plan.total ?? {};
      await this.#checkRoom(totalBytes ?? files.reduce((sum, { size = 0 }) => sum + size, 0));
      const done = { page: 0, frame: 0 };
      const progress = (side: 'page' | 'frame') => (news: KeepProgress) => {
        done[side] = news.bytes;
        this.#progress(done.page + done.frame, totalBytes, estimated);
      };
      let frameBytes = 0;
      if (plan.frame.length > 0) {
        keeper = await openKeeper({ frame: course.frame, host: this.#place, signal: stop.signal, progress: progress('frame') });
        const kept = await keeper.keep({ id: this.#id, version: plan.version, files: plan.frame }, stop.signal, plan.h5p);
        frameBytes = kept.entry.bytes;
        if (plan.h5p && !kept.h5p) for (const { kind, id } of listUnits(course)) if (kind === 'h5p' && units.get(id) === 'yes') units.set(id, 'no-player');
        if (![...units.values()].includes('yes')) {
          await keeper.free(this.#id);
          throw new KeepError('keep-unlisted', 'No unit of the course can be kept: what plays H5P is missing beside the courseware frame.');
        }
      }
      const keeping = new KeepingEvent();
      this.#player.dispatchEvent(keeping);
      await keeping.done;
      const { pageWorker } = this.#player;
      if (pageWorker) await keepPage(pageWorker, needsPdf(course) ? [pdfAssets(this.#player.pdfAssets).list] : [], stop.signal);
      await this.#fetchStates(course);
      // What was published meanwhile would be another course with these files.
      if ((await planCourse(loaded, stop.signal)).version !== plan.version) throw new KeepError('keep-changed', 'The course was published anew while it was being kept.', { file: this.#src });
      const about: AboutCourse = { course, base, units: [...units], ...(plan.streams.size > 0 ? { streams: [...plan.streams] } : {}), frameBytes, page: Boolean(pageWorker) || keeping.answered };
      await this.#store.keep({ id: this.#id, version: plan.version, files: plan.page, about }, { signal: stop.signal, progress: progress('page') });
      this.#keepLaunch(true);
      // The network may go while the page is open.
      this.#useFiles(new KeptFiles(this.#store, this.#id, about, false));
      this.#problems = plan.errors;
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
    this.#useFiles(this.#loaded.files);
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
    this.#set({ state: about ? (newer ? 'newer' : 'kept') : partial ? 'partial' : mayBeKept(this.#loaded.course) ? 'none' : 'unable', bytes: (entry?.bytes ?? 0) + (about?.frameBytes ?? 0), totalBytes: undefined, error: undefined, notKept, problems: this.#problems, page: about?.page === true || Boolean(navigator.serviceWorker?.controller) });
    await this.#measure();
  }

  async #measure(): Promise<void> {
    const { storage } = navigator as { readonly storage?: StorageManager };
    const [estimate, persisted, entries] = await Promise.all([storage?.estimate?.().catch(() => undefined), storage?.persisted?.().catch(() => false), this.#store?.entries().catch(() => [])]);
    this.#set({ ...(estimate?.usage === undefined ? {} : { usage: estimate.usage }), ...(estimate?.quota === undefined ? {} : { quota: estimate.quota }), persisted: persisted === true, courses: (entries ?? []).filter((entry) => aboutOf(entry)).length });
  }

  /** @throws KeepError `keep-quota` where it is known beforehand */
  async #checkRoom(needed: number): Promise<void> {
    const { usage, quota } = (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {};
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

  /** The button that was pressed goes, and with it the learner's place: it is at what is said now. A button in its place would do the opposite of what was wanted. */
  async #holdFocus(): Promise<void> {
    const root = this.#player.renderRoot as ShadowRoot;
    if (!root.activeElement?.closest('.offline-does')) return;
    await this.#player.updateComplete;
    if (!root.activeElement) root.querySelector<HTMLElement>('.offline-said')?.focus();
  }

  #progress(bytes: number, totalBytes: number | undefined, estimated: boolean): void {
    const now = performance.now();
    if (now - this.#told < INTERVAL) return;
    this.#told = now;
    // What is reckoned is no reason to show more than all of it.
    this.#set({ bytes, totalBytes: totalBytes === undefined ? undefined : Math.max(bytes, totalBytes), estimated });
  }

  #set(change: { [Name in keyof OfflineStatus]?: OfflineStatus[Name] | undefined }): void {
    const before = this.#status.state;
    this.#status = Object.freeze({ ...this.#status, ...change }) as OfflineStatus;
    this.#player.requestUpdate();
    if (this.#status.state !== before) void this.#holdFocus();
    this.#player.dispatchEvent(new OfflineEvent(this.#status));
  }
}

/** By what name a unit that can be kept begins with what it did before. */
const STATE_IDS: Partial<Record<UnitKind, string>> = { scorm: SCORM_STATE_ID, quiz: QUIZ_STATE_ID, simulation: SIMULATION_STATE_ID, html: PAGE_STATE_ID, h5p: H5P_STATE_ID };

const needsPdf = (course: Course): boolean => listUnits(course).some((unit) => unit.kind === 'document' && unit.sources.some(({ type }) => type === 'application/pdf'));
