/**
 * The rules by which a course leads its learners, as data: IMS Simple Sequencing with ADL's extensions, as SCORM 2004 4th Edition reads them
 * (SN 3, The Sequencing Definition Model). What is absent has the standard's default.
 */
export interface CourseSequencing {
  /** Identifier of the organization, by which content may name the whole course. */
  readonly rootId?: string;
  /** Shared objectives outlive the attempt and are the learner's in every course (SN 3.10, `adlseq:objectivesGlobalToSystem`). Default `true`. */
  readonly objectivesGlobalToSystem?: boolean;
  /** The same for `adl.data` stores (`adlcp:sharedDataGlobalToSystem`). Default `true`. */
  readonly sharedDataGlobalToSystem?: boolean;
  /** The rules of the course itself: the root of the activity tree. */
  readonly root?: ActivitySequencing;
  /** The rules of blocks and units, by id. */
  readonly activities?: Readonly<Record<string, ActivitySequencing>>;
}

/** The sequencing definition of one activity. */
export interface ActivitySequencing {
  /** Left out of the contents (`isvisible="false"`, CAM 3.4.1.6). */
  readonly hidden?: boolean;
  /** Controls the player must not offer while it is open (`adlnav:hideLMSUI`, SN 5.6). */
  readonly hideLmsUi?: readonly HiddenControl[];
  readonly controlMode?: ControlMode;
  /** `adlseq:constrainedChoiceConsiderations` (SN 3.3). */
  readonly constrainChoice?: boolean;
  readonly preventActivation?: boolean;
  readonly preConditions?: readonly SequencingRule<PreConditionAction>[];
  readonly exitConditions?: readonly SequencingRule<'exit'>[];
  readonly postConditions?: readonly SequencingRule<PostConditionAction>[];
  /** How often it may be begun (SN 3.5). */
  readonly attemptLimit?: number;
  readonly rollup?: RollupDefinition;
  /** The primary objective is the one with `primary` (SN 3.10). */
  readonly objectives?: readonly ActivityObjective[];
  readonly selection?: { readonly timing: SequencingTiming; readonly count: number };
  readonly randomization?: { readonly timing: SequencingTiming };
  readonly delivery?: DeliveryControls;
  readonly completion?: CompletionDefinition;
  /** Stores shared among units (`adlcp:data`, RTE 4.3). */
  readonly data?: readonly { readonly target: string; readonly read?: boolean; readonly write?: boolean }[];
}

export type HiddenControl = 'continue' | 'previous' | 'exit' | 'exitAll' | 'abandon' | 'abandonAll' | 'suspendAll';
export type SequencingTiming = 'never' | 'once' | 'onEachNewAttempt';
export type PreConditionAction = 'skip' | 'disabled' | 'hiddenFromChoice' | 'stopForwardTraversal';
export type PostConditionAction = 'exitParent' | 'exitAll' | 'retry' | 'retryAll' | 'continue' | 'previous';

/** SN 3.2 and 3.9. */
export interface ControlMode {
  /** Default `true`. */
  readonly choice?: boolean;
  /** Default `true`. */
  readonly choiceExit?: boolean;
  /** Default `false`. */
  readonly flow?: boolean;
  /** Default `false`. */
  readonly forwardOnly?: boolean;
  /** Default `true`. */
  readonly useCurrentAttemptObjectiveInfo?: boolean;
  /** Default `true`. */
  readonly useCurrentAttemptProgressInfo?: boolean;
}

/** SN 3.4. */
export interface SequencingRule<Action extends string> {
  readonly action: Action;
  /** Default `all`. */
  readonly combination?: 'all' | 'any';
  readonly conditions: readonly RuleCondition[];
}

export interface RuleCondition {
  readonly condition: RuleConditionName;
  readonly not?: boolean;
  /** Id of one of the activity's objectives. Absent: the primary one. */
  readonly objective?: string;
  /** -1 to 1, for `objectiveMeasureGreaterThan` and `…LessThan`. */
  readonly threshold?: number;
}

export type RuleConditionName =
  | RollupConditionName
  | 'objectiveMeasureGreaterThan'
  | 'objectiveMeasureLessThan'
  | 'always';

export type RollupConditionName =
  | 'satisfied'
  | 'objectiveStatusKnown'
  | 'objectiveMeasureKnown'
  | 'completed'
  | 'activityProgressKnown'
  | 'attempted'
  | 'attemptLimitExceeded'
  | 'timeLimitExceeded'
  | 'outsideAvailableTimeRange'
  | 'never';

export type RollupAction = 'satisfied' | 'notSatisfied' | 'completed' | 'incomplete';
export type RollupConsideration = 'always' | 'ifAttempted' | 'ifNotSkipped' | 'ifNotSuspended';

/** SN 3.7 to 3.9. */
export interface RollupDefinition {
  readonly rules?: readonly RollupRule[];
  /** Default `true`. */
  readonly objectiveSatisfied?: boolean;
  /** Default `true`. */
  readonly progressCompletion?: boolean;
  /** Weight of its measure among its siblings', 0 to 1. Default 1. */
  readonly measureWeight?: number;
  /** Default `always`. */
  readonly requiredFor?: Partial<Readonly<Record<RollupAction, RollupConsideration>>>;
  /** Default `true`. */
  readonly measureSatisfactionIfActive?: boolean;
}

export interface RollupRule {
  readonly action: RollupAction;
  /** Default `all`. */
  readonly childActivitySet?: 'all' | 'any' | 'none' | 'atLeastCount' | 'atLeastPercent';
  readonly minimumCount?: number;
  /** 0 to 1. */
  readonly minimumPercent?: number;
  /** Default `any`. */
  readonly combination?: 'all' | 'any';
  readonly conditions: readonly { readonly condition: RollupConditionName; readonly not?: boolean }[];
}

/** SN 3.10. */
export interface ActivityObjective {
  /** Absent or empty where content cannot name it. */
  readonly id?: string;
  readonly primary?: boolean;
  readonly satisfiedByMeasure?: boolean;
  /** -1 to 1. Default 1. */
  readonly minNormalizedMeasure?: number;
  readonly maps?: readonly ObjectiveMap[];
}

/** Which values an objective shares with a global one. All absent ones are `false`: a reader fills the standard's defaults in. */
export interface ObjectiveMap {
  readonly target: string;
  readonly read?: readonly SharedValue[];
  readonly write?: readonly SharedValue[];
}

export type SharedValue = 'satisfied' | 'measure' | 'raw' | 'min' | 'max' | 'completed' | 'progress';

/** SN 3.13. */
export interface DeliveryControls {
  /** Default `true`. */
  readonly tracked?: boolean;
  /** Default `false`. */
  readonly completionSetByContent?: boolean;
  /** Default `false`. */
  readonly objectiveSetByContent?: boolean;
}

/** `adlcp:completionThreshold` (SN 3.14). */
export interface CompletionDefinition {
  /** Default `false`. */
  readonly byMeasure?: boolean;
  /** 0 to 1. Default 1. */
  readonly minProgress?: number;
  /** Weight of its progress among its siblings', 0 to 1. Default 1. */
  readonly weight?: number;
}
