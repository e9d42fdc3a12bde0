import type { CourseSequencing } from './sequencing.js';
import type { Unit } from './units.js';

/** An absolute IRI. */
export type Iri = string;

/** Words for people: one string, or one per BCP 47 language tag. */
export type Text = string | Readonly<Record<string, string>>;

/** What satisfies an assignable unit (cmi5 13.1.4). `NotApplicable` counts as satisfied from the start. */
export type MoveOn = 'Passed' | 'Completed' | 'CompletedAndPassed' | 'CompletedOrPassed' | 'NotApplicable';

/** How a page was launched (cmi5 10.2.2): only `Normal` counts. */
export type LaunchMode = 'Normal' | 'Browse' | 'Review';

export type CourseFormat = 'course' | 'scorm12' | 'scorm2004' | 'cmi5' | 'xapi' | 'imscc' | 'qti' | 'h5p';

/** Every package format is read into this one model. */
export interface Course {
  /** The course's activity id. */
  readonly id: Iri;
  readonly title: Text;
  readonly description?: Text;
  /** BCP 47 tag of the content's main language. */
  readonly language?: string;
  readonly format: CourseFormat;
  /** URL against which the units' relative URLs resolve. Absent: the URL the course was read from. */
  readonly base?: string;
  /** URL of the courseware frame on the content's own origin. Needed by scorm, xapi and html units. */
  readonly frame?: string;
  /** Id that the publisher gave the course (cmi5 13.1.1). `id` is the LMS's own. */
  readonly publisherId?: Iri;
  /** URL of the list of all the course's files, `{ version, files: [{ path, size }] }`, relative to the course's own; its paths are against `base`. By it a player keeps the course for times without a network. */
  readonly files?: string;
  /** What the course is to teach (cmi5 13.1.3); blocks and units refer to them by `id`. */
  readonly objectives?: readonly LearningObjective[];
  /** The rules by which the course leads its learners. Absent: they go where they like. */
  readonly sequencing?: CourseSequencing;
  /** As of a block. */
  readonly order?: Order;
  readonly children: readonly CourseNode[];
}

/** Something that learners shall be able to do. */
export interface LearningObjective {
  readonly id: Iri;
  readonly title: Text;
  readonly description?: Text;
}

export type CourseNode = Block | Unit;

/** `forced`: what is in it opens one after another, each when all before it are done. Default `free`. */
export type Order = 'free' | 'forced';

/** A group of units, with no content of its own. */
export interface Block {
  readonly type: 'block';
  readonly id: string;
  readonly title: Text;
  readonly description?: Text;
  /** Id that the publisher gave (cmi5 13.1.2). */
  readonly publisherId?: Iri;
  /** Ids of the course's objectives. */
  readonly objectives?: readonly Iri[];
  /** Ids of units and blocks that have to be done before it opens: `moveOn` met, of all units of a block. */
  readonly requires?: readonly string[];
  readonly order?: Order;
  readonly children: readonly CourseNode[];
}
