import type { Quiz } from '../quiz/quiz.js';
import type { Iri, MoveOn, Text } from './course.js';

interface UnitBase {
  readonly type: 'unit';
  /** Unique in the course; 1 to 200 characters. */
  readonly id: string;
  /** Activity id for statements. Absent: derived from the course's, see `unitActivityId`. */
  readonly activityId?: Iri;
  readonly title: Text;
  readonly description?: Text;
  readonly moveOn: MoveOn;
  /** Scaled score from 0 to 1 at which the unit is passed. */
  readonly masteryScore?: number;
  /** How long it usually takes, in seconds. */
  readonly expectedSeconds?: number;
  /** Ids of units and blocks that have to be done before it opens: `moveOn` met, of all units of a block. */
  readonly requires?: readonly string[];
}

export interface MediaSource {
  readonly src: string;
  /** Media type, e.g. `video/mp4; codecs="avc1.42E01E"`. */
  readonly type?: string;
}

export interface MediaTrack {
  readonly src: string;
  readonly kind: 'captions' | 'subtitles' | 'chapters' | 'descriptions';
  readonly lang: string;
  readonly label?: string;
}

interface MediaUnitBase extends UnitBase {
  /** In the order of preference; the first one that the browser plays is played. HLS is `application/vnd.apple.mpegurl`, or a name that ends in `.m3u8`. */
  readonly sources: readonly MediaSource[];
  /** WebVTT or SRT. */
  readonly tracks?: readonly MediaTrack[];
  readonly poster?: string;
  /** Fraction of the length, 0 to 1, whose union must be watched to complete. Default 0.9. */
  readonly completionThreshold?: number;
  /** `false`: until it is completed, no further ahead than was played already, and at most at twice the speed. Default `true`. */
  readonly seekAhead?: boolean;
}

export interface VideoUnit extends MediaUnitBase {
  readonly kind: 'video';
}

export interface AudioUnit extends MediaUnitBase {
  readonly kind: 'audio';
}

/** Units that are played along a line of time. */
export type MediaUnit = VideoUnit | AudioUnit;

/** What a document may be: Markdown, PDF (ISO 32000), EPUB 2 or 3, or a picture. */
export type DocumentType =
  | 'text/markdown'
  | 'application/pdf'
  | 'application/epub+zip'
  | 'image/png'
  | 'image/jpeg'
  | 'image/webp'
  | 'image/avif'
  | 'image/gif'
  | 'image/svg+xml';

export interface DocumentSource {
  readonly src: string;
  readonly type: DocumentType;
  readonly lang?: string;
}

export interface DocumentUnit extends UnitBase {
  readonly kind: 'document';
  /** One source per language, or one for all. */
  readonly sources: readonly DocumentSource[];
  /** What a picture shows, for those who do not see it (WCAG 1.1.1). Required where a source is a picture. */
  readonly alt?: Text;
  /** Words below a picture. */
  readonly caption?: Text;
  /** PDF and EPUB: fraction of the pages, 0 to 1, that must be read to complete. Default 0.9. */
  readonly completionThreshold?: number;
  /** PDF and EPUB: seconds a page must be seen to count as read. Default: what reading its text takes at the least, from 2 to 20. */
  readonly minPageSeconds?: number;
  /** Offers the file itself. Default `false`. */
  readonly download?: boolean;
}

export interface ScormUnit extends UnitBase {
  readonly kind: 'scorm';
  readonly version: '1.2' | '2004';
  /** The SCO's launch URL with its parameters. */
  readonly href: string;
  /** `adlcp:datafromlms` / `cmi.launch_data`. */
  readonly launchData?: string;
  /** Seconds (`adlcp:maxtimeallowed`, `attemptAbsoluteDurationLimit`). */
  readonly maxTimeAllowed?: number;
  /** The same as it is written in the manifest, for the SCO to read. */
  readonly maxTimeAllowedText?: string;
  readonly timeLimitAction?: string;
  /** SCORM 2004 `adlcp:completionThreshold`, 0 to 1. */
  readonly completionThreshold?: number;
  /** SCORM 1.2 `adlcp:masteryscore` as written, 0 to 100. `masteryScore` holds the scaled one. */
  readonly masteryScoreRaw?: number;
  /** Primary and other objectives, SCORM 2004 `imsss:objectives`. */
  readonly objectives?: readonly { readonly id: string; readonly satisfiedByMeasure?: boolean; readonly minNormalizedMeasure?: number }[];
  /** SCORM 1.2 `adlcp:prerequisites` (AICC script) as written. */
  readonly prerequisites?: string;
}

export interface Cmi5Unit extends UnitBase {
  readonly kind: 'cmi5';
  readonly url: string;
  readonly launchMethod: 'AnyWindow' | 'OwnWindow';
  readonly launchParameters?: string;
  readonly entitlementKey?: string;
  /** Id the publisher gave (cmi5 13.1.4 `au id`). `activityId` is the LMS's own (8.1.5). */
  readonly publisherId: Iri;
  readonly activityType?: Iri;
  /** Ids of the course's objectives. */
  readonly objectives?: readonly Iri[];
}

/** A Tin Can (`tincan.xml`) activity: launched with its endpoint in the query, reports on its own. */
export interface XapiUnit extends UnitBase {
  readonly kind: 'xapi';
  readonly url: string;
}

/**
 * What completes content that speaks no standard. `visited`: it has loaded. `time`: it was seen for so many seconds. `scrolled`: so much of the
 * page, 0 to 1, has been in view. `reported`: it says so itself, see docs/course-player.md.
 */
export type CompletionPolicy =
  | { readonly policy: 'visited' }
  | { readonly policy: 'time'; readonly seconds: number }
  | { readonly policy: 'scrolled'; readonly fraction: number }
  | { readonly policy: 'reported' };

/** Any HTML page in the courseware frame. It speaks no standard, so its completion policy is declared. */
export interface HtmlUnit extends UnitBase {
  readonly kind: 'html';
  readonly href: string;
  readonly completion: CompletionPolicy;
}

/** Questions: in the course itself, or in a file of their own. */
export type QuizUnit = UnitBase & { readonly kind: 'quiz' } & (
    | { readonly quiz: Quiz; readonly src?: never }
    /** URL of the quiz's description (`quiz.json`). */
    | { readonly quiz?: never; readonly src: string }
  );

/** Interactive content made with H5P, unpacked on the content's own origin. */
export interface H5pUnit extends UnitBase {
  readonly kind: 'h5p';
  /** URL of the folder with its `h5p.json`. Importing and packing take a `.h5p` package for one, and unpack it. */
  readonly href: string;
  /** What completes it. Default `reported`: as the content's own xAPI says. Pictures, timelines and texts report nothing. */
  readonly completion?: CompletionPolicy;
}

/**
 * A page elsewhere on the web, which opens in a window of its own: many sites refuse to be framed. It reports nothing, so it is
 * completed when it was opened.
 */
export interface LinkUnit extends UnitBase {
  readonly kind: 'link';
  /** Absolute http(s) URL. */
  readonly href: string;
}

/** What completes a tool's unit. `visited`: it was launched, for tools that report nothing. `reported`: the tool says so by its scores. */
export type LtiCompletion = Extract<CompletionPolicy, { readonly policy: 'visited' | 'reported' }>;

/**
 * An LTI 1.3 tool, launched by the server that the learner's records go to: the tool is registered there. It names its tool, or the address that
 * finds it, or both.
 */
export interface LtiUnit extends UnitBase {
  readonly kind: 'lti';
  /** The tool by its name or `client_id` at the server. Absent: the registered tool that `targetLinkUri` belongs to. */
  readonly tool?: string;
  /** What of the tool is launched (LTI 1.3, 5.3.4 `target_link_uri`): an absolute http(s) URL. Absent: the tool's own, as it is registered. */
  readonly targetLinkUri?: string;
  /** Custom parameters (LTI 1.3, 5.4.6), at most 100. Substitution variables such as `$ResourceLink.title` are filled in by the server. */
  readonly custom?: Readonly<Record<string, string>>;
  /** Default `AnyWindow`: in a frame of the player. */
  readonly launchMethod?: 'AnyWindow' | 'OwnWindow';
  /** Default `reported`. */
  readonly completion?: LtiCompletion;
}

export interface SimulationUnit extends UnitBase {
  readonly kind: 'simulation';
  /** URL of the simulation's description (`simulation.json`). */
  readonly src: string;
}

export type Unit = MediaUnit | DocumentUnit | ScormUnit | Cmi5Unit | XapiUnit | HtmlUnit | LinkUnit | SimulationUnit | QuizUnit | H5pUnit | LtiUnit;
export type UnitKind = Unit['kind'];

export const isMediaUnit = (unit: Unit): unit is MediaUnit => unit.kind === 'video' || unit.kind === 'audio';

/** Units that a server launches, since a page can neither mint one-time tokens nor keep a secret. What they come to is known there. */
export type LaunchedUnit = Cmi5Unit | XapiUnit | LtiUnit;

export const isLaunchedUnit = (unit: Unit): unit is LaunchedUnit => unit.kind === 'cmi5' || unit.kind === 'xapi' || unit.kind === 'lti';
