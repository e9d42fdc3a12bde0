import type { Course, LaunchMode } from '../course/course.js';
import type { UnitOutcome } from '../course/roll-up.js';
import type { Unit } from '../course/units.js';
import type { Score } from '../session/events.js';
import type { Agent, Context, Statement } from '../statement/statement.js';
import type { ConflictFeed, ProfileKey, SaveStateOptions, StateContent, StateKey } from './documents.js';
import type { Receipt } from './receipt.js';
import type { RecordClock } from './record-clock.js';

/** What waits and what has arrived, for people. */
export interface DeliveryState {
  /** Records not yet `stored`. */
  readonly waiting: number;
  /** Of those waiting, how many are only in memory: a closed tab would lose them. */
  readonly unsafe: number;
  readonly stored: number;
  readonly failed: number;
  /** What keeps the waiting from leaving. `consent`: the learner has not agreed. `locked`: the key that would open them is not here. */
  readonly held?: 'offline' | 'unauthorized' | 'busy' | 'unreachable' | 'storage' | 'consent' | 'locked' | undefined;
}

export interface Delivery {
  getState(): DeliveryState;
  subscribe(listener: (state: DeliveryState) => void): () => void;
  /** Tries at once what waits. Resolves when nothing waits, or the try has failed. */
  flush(): Promise<void>;
}

export interface LmsCapabilities {
  /** Keeps state documents. */
  readonly state: boolean;
  /** Can start units that a server must launch (cmi5, LTI, Tin Can). */
  readonly launch: boolean;
  /** Has a gradebook that `report` reaches. */
  readonly report: boolean;
  /** Keeps profile documents. */
  readonly profiles?: boolean;
}

/** A unit's or course's outcome, for a gradebook. */
export interface OutcomeReport {
  /** Absent: the course. */
  readonly unitId?: string;
  readonly completed: boolean;
  readonly success?: 'passed' | 'failed' | undefined;
  readonly score?: Score | undefined;
  /** Fraction done, 0 to 1. */
  readonly progress: number;
  readonly seconds: number;
}

export interface UnitLaunch {
  /** Where to navigate the unit's frame or window; holds one-time secrets, so it is used once and not kept. */
  readonly url: string;
  readonly method: 'AnyWindow' | 'OwnWindow';
  /** The `sessionid` of the launch. */
  readonly sessionId: string;
  /** LTI: the tool's origins, whose pages in the unit's frame may keep data with the player (`lti_storage_target`). Absent: it was not told to. */
  readonly storageOrigins?: readonly string[];
}

/** What a launched unit did, seen from the LMS's side. */
export interface LaunchedUnitState {
  readonly initialized: boolean;
  readonly completed: boolean;
  readonly success?: 'passed' | 'failed' | undefined;
  readonly score?: Score | undefined;
  /** Fraction, 0 to 1. */
  readonly progress?: number;
  readonly satisfied: boolean;
  readonly terminated: boolean;
  /** It ended because the unit was launched again elsewhere, or ran out: it never said so itself (cmi5 9.3.6). `terminated` is true then, too. */
  readonly abandoned?: boolean;
  /** Why the launch came to nothing, as far as the server knows. */
  readonly problem?: LaunchProblem;
}

export interface LaunchProblem {
  /** `refused`: the server would not take the tool's request to sign the learner in. `tool`: the tool says that it failed (LTI 1.3, 5.4.4 `lti_errormsg`). */
  readonly code: 'refused' | 'tool';
  /** In the words of whoever found it, plain text of at most 500 characters. */
  readonly message?: string;
}

export interface UnitLaunchOptions {
  /** The unit is to open in a window of its own, whatever it asks for. */
  readonly ownWindow?: boolean;
}

/**
 * Whether the learner agrees to being recorded.
 * - `granted`: records leave the browser.
 * - `pending`: not asked or not answered yet. What is recorded waits here; nothing that names the learner leaves, not even to read their record.
 * - `denied`: nothing is recorded, and nothing leaves.
 */
export type Consent = 'granted' | 'pending' | 'denied';

export interface SignOutOptions {
  /**
   * What becomes of records that cannot be sent now. `keep` (default): they wait for the learner's next visit. `clear`: they are given up, and nothing
   * of the learner stays in this browser: for machines that many people use.
   */
  readonly unsent?: 'keep' | 'clear';
  /** Milliseconds to spend on sending first. Default 5,000. */
  readonly patience?: number;
}

export interface SignOutResult {
  /** Records that had not been sent: they were kept or cleared, as was asked. */
  readonly unsent: number;
}

/** Seals what else of the learner's is kept in this browser, where the host has brought a key. */
export interface LocalVault {
  /** @param place where the text is kept: it opens nowhere else. @returns `undefined` while there is no key: then it must not be kept */
  seal(text: string, place: string): string | undefined;
  /** Resolves to `undefined` when no key here opens it, or it was changed. What was never sealed comes back as it is. */
  open(text: string, place: string): Promise<string | undefined>;
}

/** The port through which a session leaves the page. Everything in `@lectern/lms` implements it. */
export interface LmsConnection {
  /** Name of the plugin that made it. */
  readonly plugin: string;
  readonly learner: Agent;
  /** UUID. */
  readonly registration: string;
  readonly launchMode: LaunchMode;
  readonly capabilities: LmsCapabilities;
  readonly delivery: Delivery;
  /** What sessions stamp their records by. Absent: the page's own clock. */
  readonly clock?: RecordClock | undefined;
  /** Where the LMS wants the learner to go when they are done, http(s): cmi5's `returnURL` (10.2.6), LTI's `return_url`. Absent: it does not say. */
  readonly returnUrl?: string | undefined;
  /** Merged into every statement's context: cmi5's `contextTemplate` (10.2.1). */
  readonly contextTemplate?: Context | undefined;
  /** Resolves to `undefined` where there is no such document. What waits here in the browser is already in it. */
  loadState(key: StateKey): Promise<StateContent | undefined>;
  /** Returns at once; the receipt tells the rest. */
  saveState(key: StateKey, content: StateContent, options?: SaveStateOptions): Receipt;
  /** Present when `capabilities.profiles`: as `loadState`, for a profile document. cmi5's `cmi5LearnerPreferences` may be withheld (11): then there is none. */
  loadProfile?(key: ProfileKey): Promise<StateContent | undefined>;
  /** Present when `capabilities.profiles`: as `saveState`, for a profile document. */
  saveProfile?(key: ProfileKey, content: StateContent, options?: SaveStateOptions): Receipt;
  /** Documents that someone else had changed. Absent where nobody looks. */
  readonly conflicts?: ConflictFeed | undefined;
  /** Takes statements in their order. Returns at once, one receipt each: a closed tab after this call loses none that are `journaled`. */
  record(statements: readonly Statement[]): Receipt[];
  /** Tells the gradebook. Resolves when it has it; where there is none, at once. */
  report(report: OutcomeReport): Promise<void>;
  /** Present when `capabilities.launch`. */
  launch?(unit: Unit, options?: UnitLaunchOptions): Promise<UnitLaunch>;
  /** Present when `capabilities.launch`: asks what the launched unit has recorded so far. */
  observe?(unit: Unit, launch: UnitLaunch): Promise<LaunchedUnitState>;
  /** May be present when `capabilities.launch`: what the registration's launched units have come to, by unit id, over all of their sessions; waivers included. */
  outcomes?(): Promise<Readonly<Record<string, UnitOutcome>>>;
  /** Ends the connection; what still waits goes by the page-hide route or at the next visit. */
  close(): Promise<void>;
  /**
   * Present where consent can be given and taken back while connected. `waiting` says what becomes of what waits when it is denied: `drop` (default)
   * takes it out of this browser, `keep` lets it wait, should the learner change their mind.
   */
  setConsent?(consent: Consent, waiting?: 'drop' | 'keep'): Promise<void>;
  /** Present where what is kept in this browser is sealed. */
  readonly vault?: LocalVault | undefined;
  /** Present where records wait in this browser: `close`, and what of the learner stays here afterwards is chosen. */
  signOut?(options?: SignOutOptions): Promise<SignOutResult>;
}

export interface ConnectOptions {
  readonly course: Course;
  /** What is known about consent. Absent: as was said before in this browser, else `granted`. */
  readonly consent?: Consent | undefined;
}

/** A way to reach an LMS or LRS. Made by `defineLmsPlugin` of `@lectern/lms`. */
export interface LmsPlugin {
  readonly name: string;
  /** It heeds `ConnectOptions.consent`, and its connections have `setConsent`. Others are not connected before consent is granted. */
  readonly heedsConsent?: boolean;
  /** Whether this page runs where the plugin is at home. Must not throw, and change nothing. */
  detect(): boolean | Promise<boolean>;
  /** After `detect`: what was looked for, and found or not. For those who look after the page. */
  explain?(): string;
  /** @throws LecternError when the LMS refuses or cannot be reached */
  connect(options: ConnectOptions): Promise<LmsConnection>;
}
