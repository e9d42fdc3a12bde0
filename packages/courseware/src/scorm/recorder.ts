import { unitActivityId, type Course, type Dispatched, type LearningEventBody, type LmsConnection, type OpenedActivity, type Receipt, type ScormUnit } from '@lectern/core';
import type { Ack, CmiTree, Hydration, ScormCommit } from '../frame/protocol.js';
import { contentReport } from './content-report.js';
import { deriveEnd, deriveEvents } from './derive-events.js';
import { readCommit, SCORM_STATE_ID, toDocument, type ScormDocument } from './document.js';
import { hydrate } from './hydrate.js';

export interface RecorderOptions {
  readonly course: Course;
  readonly unit: ScormUnit;
  readonly connection: LmsConnection;
  readonly saved: ScormDocument | undefined;
  /** The unit's part in the course's sequencing. */
  readonly activity?: OpenedActivity | undefined;
  dispatch(event: LearningEventBody & { readonly at?: number }): Dispatched | undefined;
  /** A commit could not be made safe. */
  failed(error: unknown): void;
}

/** Turns the frame's commits into events and state documents, each difference once, and tells when they are safe. */
export class ScormRecorder {
  readonly #options: RecorderOptions;
  #saved: ScormDocument | undefined;
  /** The data model whose content has been told. */
  #told: CmiTree = {};
  #open = false;
  #suspended = false;
  #ended = false;
  #last: ScormCommit | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#saved = options.saved;
    this.#told = options.saved?.cmi ?? {};
  }

  /** The SCO is initialised, and has not ended. */
  get open(): boolean {
    return this.#open && !this.#ended;
  }

  /** The data model this launch begins with. Call it after what was left over was recovered. */
  hydrate(): Hydration {
    const { unit, connection, activity } = this.#options;
    const cmi = hydrate({ unit, learner: connection.learner, launchMode: connection.launchMode, saved: this.#saved, activity });
    this.#told = cmi;
    const adl = activity ? { adl: { validity: activity.validity(), stores: activity.stores() } } : {};
    return { cmi, seq: this.#saved?.seq ?? 0, ...adl };
  }

  /**
   * Takes what an earlier page could not hand over: its news are told in a session of their own, late but once; its data model stands unless a
   * newer one was saved since, from here or from another device.
   */
  async recover(raw: ScormCommit): Promise<Ack> {
    const commit = readCommit(raw);
    const { unit } = this.#options;
    const known = this.#saved;
    if (known?.launch === commit.launch && known.seq >= commit.seq) return { ok: true };
    const news = deriveEvents(known?.cmi ?? {}, commit.cmi, unit.version);
    const receipts: Receipt[] = [];
    if (news.length > 0) {
      const end = commit.terminated ? deriveEnd(commit.cmi, unit.version) : [{ type: 'suspended' } as const, { type: 'terminated' } as const];
      for (const event of [{ type: 'initialized' } as const, ...news, ...end]) receipts.push(...this.#tell(event, commit.at));
    }
    if (known === undefined || commit.at >= known.at) {
      // Its number may lie below what another device has reached; the next one must not.
      const next = { ...commit, seq: Math.max(commit.seq, known?.seq ?? 0) };
      receipts.push(...this.#save(next));
      this.#saved = next;
    }
    return this.#safe(receipts);
  }

  /** Takes a commit of this launch. */
  async record(raw: ScormCommit): Promise<Ack> {
    // While the page is put aside the session is closed to news; the frame keeps them in its journal.
    if (this.#suspended) return { ok: false, reason: 'suspended' };
    const commit = readCommit(raw);
    if (this.#last && commit.seq <= this.#last.seq) return { ok: true };
    const { unit } = this.#options;
    const receipts: Receipt[] = [];
    if (!this.#open && !this.#ended) {
      receipts.push(...this.#tell({ type: 'initialized' }, commit.initializedAt));
      this.#open = true;
    }
    if (!this.#ended) {
      for (const event of deriveEvents(this.#told, commit.cmi, unit.version)) receipts.push(...this.#tell(event, commit.at));
      if (commit.terminated) {
        for (const event of deriveEnd(commit.cmi, unit.version)) receipts.push(...this.#tell(event, commit.at));
        this.#ended = true;
      }
    }
    receipts.push(...this.#save(commit));
    if (unit.version === '2004') this.#options.activity?.report(contentReport(commit.cmi), commit.stores ?? {}, commit.terminated);
    this.#told = commit.cmi;
    this.#last = commit;
    this.#saved = commit;
    return this.#safe(receipts);
  }

  /** Ends a session that the SCO has not: a closed window is a suspension, with the time the SCO has counted. */
  end(): void {
    if (!this.open || this.#suspended) return;
    const { unit } = this.#options;
    const counted = this.#last ? deriveEnd(this.#last.cmi, unit.version).at(-1) : undefined;
    this.#tell({ type: 'suspended' });
    this.#tell(counted ?? { type: 'terminated' });
    this.#ended = true;
  }

  /** The page is going away. What comes later is for the journal. */
  suspend(): void {
    this.#suspended = true;
  }

  /** The page is back. */
  resume(): void {
    this.#suspended = false;
    if (this.open) this.#tell({ type: 'initialized' });
  }

  #tell(event: LearningEventBody, at?: number): Receipt[] {
    const dispatched = this.#options.dispatch(at === undefined ? event : { ...event, at });
    return (dispatched?.recorded ?? []).map(({ receipt }) => receipt);
  }

  #save(commit: ScormCommit): Receipt[] {
    const { connection, course, unit } = this.#options;
    if (!connection.capabilities.state || connection.launchMode !== 'Normal') return [];
    return [connection.saveState({ activityId: unitActivityId(course, unit), stateId: SCORM_STATE_ID }, toDocument(commit), { mode: 'replace' })];
  }

  async #safe(receipts: readonly Receipt[]): Promise<Ack> {
    const { state, launch, report } = this.#options.connection.capabilities;
    // A connection that can do nothing keeps nothing; there is no safety to wait for, and the page says so.
    if (!state && !launch && !report) return { ok: true };
    try {
      await Promise.all(receipts.map((receipt) => receipt.reached('journaled')));
      return { ok: true };
    } catch (error) {
      this.#options.failed(error);
      return { ok: false, reason: 'failed' };
    }
  }
}
