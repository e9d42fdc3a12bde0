/** What is known of an objective; an absent value is unknown (SCORM 2004 SN 4.2.1, RTE 4.2.17). */
export interface ObjectiveValues {
  satisfied?: boolean;
  /** -1 to 1. */
  measure?: number;
  raw?: number;
  min?: number;
  max?: number;
  completed?: boolean;
  /** 0 to 1. */
  progress?: number;
}

/** What content has reported of itself (RTE 4.2). An absent value is unknown. */
export interface ContentReport extends Readonly<ObjectiveValues> {
  readonly objectives?: readonly ({ readonly id: string } & Readonly<ObjectiveValues>)[];
  /** Content has spoken of its completion, or success, if only to say `unknown`. */
  readonly completionTold?: boolean;
  readonly successTold?: boolean;
  /** Content asks to be taken up again (`cmi.exit` is `suspend`). */
  readonly suspended?: boolean;
}

/** Whether requests would be granted now (`adl.nav.request_valid`, RTE 4.4.1), choices and jumps by target. */
export interface NavigationValidity {
  readonly continue: boolean;
  readonly previous: boolean;
  readonly choice: Readonly<Record<string, boolean>>;
  readonly jump: Readonly<Record<string, boolean>>;
}

/** A store that units share (`adl.data`, RTE 4.3). */
export interface SharedStore {
  readonly id: string;
  /** Absent while nothing has been put into it. */
  readonly store?: string;
  readonly read: boolean;
  readonly write: boolean;
}

/** What the course's sequencing and the content of the open unit tell each other. */
export interface OpenedActivity {
  /** The unit is begun anew: it is told nothing of what it kept before (RTE 2.1.1). */
  readonly newAttempt: boolean;
  /** Its objectives by name. Of an attempt that goes on, only what others may have changed. */
  objectives(): readonly ({ readonly id: string } & Readonly<ObjectiveValues>)[];
  validity(): NavigationValidity;
  stores(): readonly SharedStore[];
  /** Takes what the content says of itself, and what it has put into its stores. `final`: its session has ended. */
  report(report: ContentReport, stores: Readonly<Record<string, string>>, final: boolean): void;
}
