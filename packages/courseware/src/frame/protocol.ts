import type { MediaAssignment, MediaCommand, MediaNews } from './media-protocol.js';
import type { PageState, PageStorageAssignment } from './page-state.js';
import type { PageNews, PageWatchFor } from './watch-page.js';
import type { BookCommand, BookDress, BookNews } from './book/book-protocol.js';
import type { H5pNews } from './h5p-protocol.js';
import type { KeeperAnswer, KeeperCommand, KeeperNews } from './keeper-protocol.js';

import type { NavigationRequest, NavigationValidity, SharedStore } from '@lectern/core';

/** What the player and the courseware frame say to each other. Both sides check the version before anything else. */
export const FRAME_PROTOCOL = 1;

/** SCORM's data model as JSON: the tree below `cmi`. */
export type CmiTree = { readonly [name: string]: CmiTree | string | undefined };

export type ScormVersion = '1.2' | '2004';

/** First words, by `postMessage` with exact target origins. The answer carries the port all else goes through. */
export interface Hello {
  readonly lectern: 'frame' | 'player';
  readonly version: number;
  readonly channel: string;
}

/** Content that is in a package, which the player reads: the content origin's worker asks for its files through the frame. */
export interface PackageAssignment {
  /** Absolute URL of the package. */
  readonly url: string;
  /** Where its files are on the content origin. */
  readonly base: string;
}

/** What the frame is to run. */
export type Assignment =
  | { readonly kind: 'keeper'; readonly title: string; readonly package?: undefined }
  | { readonly kind: 'h5p'; readonly title: string; readonly url: string; readonly language?: string; readonly package?: PackageAssignment; readonly state?: string }
  | ({ readonly kind: 'media'; readonly title: string; readonly language?: string; readonly package?: PackageAssignment } & MediaAssignment)
  | {
      readonly kind: 'book';
      readonly package?: PackageAssignment;
      readonly url: string;
      readonly title: string;
      readonly language?: string;
      /** An EPUB CFI. */
      readonly place?: string;
      readonly dress: BookDress;
    }
  | { readonly kind: 'html'; readonly url: string; readonly title: string; readonly language?: string; readonly package?: PackageAssignment; readonly watch?: PageWatchFor; readonly storage?: PageStorageAssignment }
  | {
      readonly kind: 'scorm';
      readonly package?: PackageAssignment;
      readonly url: string;
      readonly title: string;
      readonly language?: string;
      readonly version: ScormVersion;
      /** Names the learner's attempt in the content origin's journal: learner, registration and unit. */
      readonly attempt: string;
      /** UUID of this launch. */
      readonly launch: string;
    };

/** The data model a SCO starts with. */
export interface Hydration {
  readonly cmi: CmiTree;
  /** The last commit that is in it; this launch's commits go on from there. */
  readonly seq: number;
  /** What a SCO of a sequenced course is given besides. */
  readonly adl?: AdlData;
}

/** SCORM 2004's data models besides `cmi` (RTE 4.3, 4.4). */
export interface AdlData {
  readonly validity?: NavigationValidity;
  readonly stores?: readonly SharedStore[];
}

/** The whole data model at one moment. A later one stands for all before it. */
export interface ScormCommit {
  readonly launch: string;
  /** Counts up within the attempt. */
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** When `Initialize` succeeded. */
  readonly initializedAt: number;
  /** `Terminate` has succeeded, or is about to. */
  readonly terminated: boolean;
  readonly cmi: CmiTree;
  /** What has been put into shared stores in this launch. */
  readonly stores?: Readonly<Record<string, string>>;
}

/** `ok`: it is at least journaled on the player's side, so the frame may forget it. */
export type Ack = { readonly ok: true } | { readonly ok: false; readonly reason: 'suspended' | 'failed' };

export interface FrameNotice {
  /** `content-left`: the content's frame shows another origin, from where no API can be found; `content-back`: no longer. */
  readonly code: 'journal-failed' | 'suspend-data-long' | 'package-unavailable' | 'content-left' | 'content-back';
  /** Characters of suspend data; or what the error said. */
  readonly detail?: string;
}

/** The player's methods, called by the frame. */
export type PlayerMethods = {
  assign(): Assignment;
  /** A journaled commit that an earlier page could not deliver. */
  recover(commit: ScormCommit): Promise<Ack>;
  hydrate(): Hydration;
  record(commit: ScormCommit): Promise<Ack>;
  /** The content's page has loaded. `status`: its HTTP status, where the browser tells. */
  loaded(status?: number): void;
  notice(notice: FrameNotice): void;
  navigate(request: NavigationRequest): void;
  /** Of a book alone. */
  book?(news: BookNews): void;
  /** Of media alone. */
  media?(news: MediaNews): void;
  /** Of a page that is watched alone. */
  page?(news: PageNews): void;
  /** Of a page that is given a storage alone. */
  pageState?(state: PageState): Promise<Ack>;
  /** Of H5P content alone. */
  h5p?(news: H5pNews): void;
  /** Of a keeper alone. */
  keeper?(news: KeeperNews): void;
  /** The content asks for a file of its package: the request waits on the port. */
  serve?(port: MessagePort): void;
};

/** The frame's methods, called by the player. */
export type FrameMethods = {
  /** Unloads the content, so that its own farewell runs, and hands over what is left. */
  stop(): Promise<void>;
  /** Offers again what was refused while the player was suspended. */
  flush(): Promise<void>;
  /** Whether navigation requests would be granted now has changed. */
  allow(validity: NavigationValidity): void;
  focus(): void;
  /** To media alone. */
  media?(command: MediaCommand): Promise<void>;
  /** To a keeper alone. */
  keeper?(command: KeeperCommand): Promise<KeeperAnswer>;
  /** To a book alone. */
  book?(command: BookCommand): Promise<void>;
};
