import { createReceipt, newUuid, type LmsConnection, type OutcomeReport, type Receipt, type Statement, type StateKey } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { JournalStorage } from '../outbox/journal.js';
import { interactionElements, isAnswer } from './interaction-elements.js';
import { KeptDocuments } from './kept-documents.js';
import { LaunchJournal } from './launch-journal.js';
import { LaunchTime, ROUNDING } from './launch-time.js';
import { ELEMENTS, type ScormLaunch } from './launch.js';
import { courseElements, identifier, objectiveElements, sessionTime, type Elements } from './outcome-elements.js';
import { lmsFault, type Answer, type ScormCalls } from './scorm-calls.js';
import { SuspendData } from './suspend-data.js';
import { Tally } from './tally.js';

/** What a connection needs from its page. */
export interface ScormSurroundings {
  readonly storage: JournalStorage | undefined;
  /** Milliseconds; monotonic. */
  now(): number;
  /** @returns a function that ends it */
  every(milliseconds: number, run: () => void): () => void;
  /** Runs later, once. @returns a function that ends it */
  after(milliseconds: number, run: () => void): () => void;
}

/** Milliseconds between two commits of positions and seat time; outcomes are committed at the end of the turn. */
const COMMIT_INTERVAL = 10_000;

/** Seconds of which nothing else is to be said that are committed all the same: a tab that is killed loses no more. */
const MOST_UNTOLD = 60;

/** Milliseconds before a refused commit is tried again: doubled each time, up to a minute. */
const FIRST_RETRY = 2_000;
const LAST_RETRY = 60_000;

/** An LMS takes no more answers than this from us: some keep them in one column. */
const MOST_ANSWERS = 500;

/** A communication session with a SCORM LMS: from `Initialize` to `Terminate`. */
export class ScormSession {
  readonly connection: LmsConnection;
  readonly #calls: ScormCalls;
  readonly #launch: ScormLaunch;
  readonly #around: ScormSurroundings;
  readonly #documents: KeptDocuments;
  readonly #suspendData: SuspendData;
  readonly #journal: LaunchJournal;
  readonly #tally: Tally;
  /** Said and not committed, by element, in order of the first word. */
  readonly #unsent = new Map<string, string>();
  readonly #heard = new Map<string, string>();
  readonly #objectives: Map<string, number>;
  #answers: number;
  #ended = false;
  #documentsChanged = false;
  #noted = false;
  #soon: (() => void) | undefined;
  #retry: (() => void) | undefined;
  #patience = FIRST_RETRY;
  readonly #time: LaunchTime;
  readonly #stopTicking: () => void;

  constructor(calls: ScormCalls, launch: ScormLaunch, courseId: string, surroundings: ScormSurroundings) {
    this.#calls = calls;
    this.#launch = launch;
    this.#around = surroundings;
    this.#objectives = launch.knownObjectives;
    this.#answers = launch.interactionCount;
    this.#journal = new LaunchJournal(surroundings.storage, launch.learnerId, courseId);
    const unsent = launch.launchMode === 'Normal' ? this.#journal.read() : undefined;
    const kept = KeptDocuments.read(launch.suspendData);
    const mine = unsent && KeptDocuments.read(unsent.suspendData);
    // What an earlier page could not bring home, unless the learner has gone on elsewhere since.
    const newer = mine && unsent.seq > (kept?.seq ?? -1) && (!kept || kept.registration === mine.registration);
    this.#documents = (newer ? mine : kept) ?? new KeptDocuments(newUuid());
    this.#time = new LaunchTime(launch.totalTime, this.#documents.spent, () => surroundings.now());
    this.#suspendData = new SuspendData(calls);
    this.#tally = new Tally(() => this.#flush());
    this.#stopTicking = surroundings.every(COMMIT_INTERVAL, () => this.#tick());
    this.connection = this.#makeConnection(courseId);
    if (launch.launchMode !== 'Normal') return;
    // Before anything else: a closed tab means suspend, and the LMS keeps nothing for whom it thinks has finished.
    this.#say([[ELEMENTS[calls.version].exit, 'suspend']]);
    const status = calls.get(ELEMENTS[calls.version].status).value;
    if (status === 'not attempted' || status === 'unknown' || status === '') this.#say([[ELEMENTS[calls.version].status, 'incomplete']]);
    if (newer) {
      this.#documentsChanged = true;
      this.#say(unsent.elements);
    } else if (unsent) this.#journal.clear();
    this.#commit();
  }

  /** The page goes, perhaps to come back: everything is said and committed before this returns, and the session is ended so that its time counts. */
  leave(): void {
    if (this.#ended) return;
    this.#leaving = true;
    this.#commit();
    this.#leaving = false;
    this.#ended = true;
    this.#calls.finish();
  }

  /** The page came back from the back/forward cache. Some LMSs allow a second session; where not, what follows waits for the next launch. */
  comeBack(): void {
    if (!this.#ended || this.#stopped) return;
    this.#time.again();
    if (!this.#calls.initialize().ok) return this.#tally.hold('unreachable', lmsFault('lms-gone', 'The LMS has ended this session; it goes on when the course is opened again.'));
    this.#ended = false;
    this.#heard.clear();
    this.#say([[ELEMENTS[this.#calls.version].exit, 'suspend']]);
    this.#commit();
  }

  /** The page is hidden, and may never run again. */
  hide(): void {
    this.#time.count();
    if (this.#tally.waiting > 0 || this.#documentsChanged || this.#time.untold >= ROUNDING) this.#commit();
  }

  #stopped = false;
  #leaving = false;

  #makeConnection(courseId: string): LmsConnection {
    const { learner, launchMode } = this.#launch;
    const counts = launchMode === 'Normal';
    const nameOf = ({ activityId, stateId }: StateKey): string => (activityId === courseId ? stateId : `${activityId} ${stateId}`);
    return {
      plugin: this.#calls.version === '1.2' ? 'scorm12' : 'scorm2004',
      learner,
      registration: this.#documents.registration,
      launchMode,
      capabilities: { state: true, launch: false, report: counts },
      delivery: this.#tally.delivery,
      loadState: (key) => Promise.resolve(this.#documents.load(nameOf(key))),
      saveState: (key, content, { mode = 'merge' } = {}) => {
        if (!counts) return createReceipt(nameOf(key), 'stored').receipt;
        this.#documents.save(nameOf(key), content, mode);
        this.#documentsChanged = true;
        const receipt = this.#tally.open(nameOf(key));
        this.#note();
        return receipt;
      },
      record: (statements) => this.#record(statements),
      report: (report) => (counts ? this.#report(report) : Promise.resolve()),
      close: () => this.#close(),
      signOut: async () => {
        const unsent = this.#tally.waiting;
        await this.#close();
        return { unsent: this.#tally.waiting && unsent };
      },
    };
  }

  /** The LMS has no statements: answers become interactions, and outcomes and documents say the rest. All of it goes with the next commit. */
  #record(statements: readonly Statement[]): Receipt[] {
    if (this.#launch.launchMode !== 'Normal') return statements.map(({ id }) => createReceipt(id, 'stored').receipt);
    const receipts = statements.map((statement) => {
      if (this.#launch.interactions && isAnswer(statement) && this.#answers < MOST_ANSWERS) this.#say(interactionElements(statement, this.#answers++, this.#calls.version));
      return this.#tally.open(statement.id);
    });
    this.#note();
    this.#commitSoon();
    return receipts;
  }

  async #report(report: OutcomeReport): Promise<void> {
    const { version } = this.#calls;
    const { unitId } = report;
    if (unitId === undefined) this.#say(courseElements(report, version));
    else {
      this.#say([[ELEMENTS[version].location, unitId.slice(0, version === '1.2' ? 255 : 1000)]]);
      if (this.#launch.objectives) this.#say(this.#objective(report, unitId));
    }
    const receipt = this.#tally.open(`outcome ${unitId ?? ''} ${newUuid()}`);
    this.#note();
    this.#commitSoon();
    await receipt.reached('stored');
  }

  #objective(report: OutcomeReport, unitId: string): Elements {
    const { version } = this.#calls;
    const id = identifier(unitId, version);
    const known = this.#objectives.get(id);
    const index = known ?? Math.max(-1, ...this.#objectives.values()) + 1;
    this.#objectives.set(id, index);
    return [...(known === undefined ? ([[`cmi.objectives.${index}.id`, id]] as const) : []), ...objectiveElements(report, index, version)];
  }

  #say(elements: Elements): void {
    for (const [element, value] of elements) {
      if (this.#heard.get(element) === value) this.#unsent.delete(element);
      else this.#unsent.set(element, value);
    }
  }

  /** Once a turn: what was said is written here before the LMS hears of it. */
  #note(): void {
    if (this.#noted) return;
    this.#noted = true;
    queueMicrotask(() => {
      this.#noted = false;
      this.#write();
    });
  }

  #write(): void {
    if (this.#tally.waiting === 0) return;
    const { text } = this.#suspendData.pack(this.#documents);
    if (this.#journal.write({ seq: this.#documents.seq, suspendData: text, elements: [...this.#unsent] })) this.#tally.journaled();
  }

  #commitSoon(): void {
    this.#soon ??= this.#around.after(0, () => this.#commit());
  }

  #tick(): void {
    this.#time.count();
    if ((this.#tally.waiting > 0 || this.#time.untold >= MOST_UNTOLD) && !this.#retry) this.#commit();
  }

  async #flush(): Promise<void> {
    this.#retry?.();
    this.#retry = undefined;
    this.#commit();
  }

  /** Says everything that waits, and has it committed. Synchronous: it works while the page is left. */
  #commit(): void {
    this.#soon?.();
    this.#soon = undefined;
    if (this.#ended || this.#launch.launchMode !== 'Normal') return this.#write();
    this.#time.count();
    const fault = this.#tell();
    if (!fault) {
      this.#patience = FIRST_RETRY;
      this.#unsent.clear();
      this.#journal.clear();
      this.#tally.stored();
      return;
    }
    this.#write();
    this.#tally.hold('unreachable', fault);
    this.#retry ??= this.#around.after(this.#patience, () => {
      this.#retry = undefined;
      this.#commit();
    });
    this.#patience = Math.min(LAST_RETRY, this.#patience * 2);
  }

  /** @returns what went wrong with the whole of it */
  #tell(): DeliveryError | undefined {
    const calls = this.#calls;
    for (const [element, value] of this.#unsent) {
      const answer = calls.set(element, value);
      if (answer.gone) return lmsFault('lms-gone', calls.describe(answer), element);
      // What one element's refusal says about the others is nothing; an LMS may lack it, or have a range of its own.
      if (answer.ok) this.#heard.set(element, value);
    }
    for (const [element, value] of sessionTime(this.#time.seconds, calls.version)) calls.set(element, value);
    this.#noteTime();
    if (this.#documentsChanged) {
      const { fault, cut } = this.#suspendData.save(this.#documents);
      if (fault?.code === 'lms-gone') return fault;
      const error = fault ?? new DeliveryError('too-large', 'The LMS’s suspend_data has no room for all of it; the newest is kept.', { field: 'cmi.suspend_data' });
      for (const name of cut) this.#tally.fail(name, error);
      this.#documentsChanged = false;
    }
    const answer: Answer = calls.commit();
    if (answer.ok) {
      this.#time.told();
      return undefined;
    }
    this.#documentsChanged = true;
    return lmsFault(answer.gone ? 'lms-gone' : 'lms-refused', `The LMS did not commit: ${calls.describe(answer)}`, 'Commit');
  }

  /** What the LMS's total should come to, kept beside the documents until the launch is finished. */
  #noteTime(): void {
    const spent = this.#leaving ? undefined : this.#time.expected;
    if (spent === this.#documents.spent) return;
    this.#documents.spent = spent;
    this.#documentsChanged = true;
  }

  async #close(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stopTicking();
    this.#retry?.();
    if (this.#ended) return;
    // Back to the LMS with what was done, to be taken up again (SCORM 2004 SN 4.3, RTE 4.2.14).
    if (this.#calls.version === '2004' && this.#launch.launchMode === 'Normal') this.#calls.set('adl.nav.request', 'suspendAll');
    this.leave();
  }
}
