/** Which statements a target gets: what answers every list that is there. An entry of a list suffices. */
export interface ForwardingFilter {
  readonly verbs?: readonly string[] | undefined;
  /** IRIs of the object or of any context activity, a SubStatement's included; a `*` at the end stands for the rest. */
  readonly activities?: readonly string[] | undefined;
  /** IRIs among the category activities: profiles, such as cmi5's. */
  readonly profiles?: readonly string[] | undefined;
  readonly registrations?: readonly string[] | undefined;
  /** Ids of courses in this server: by registration, or by the course's activity among the statement's. */
  readonly courses?: readonly string[] | undefined;
  /** Only of courses that a credit policy counts. */
  readonly creditBearing?: boolean | undefined;
}

/** How learners are named to a target: by an account with this home page, whose name is an HMAC-SHA-256 under a salt of the target's own. */
export interface Pseudonyms {
  readonly homePage: string;
}

export type TargetAuth = { readonly type: 'basic'; readonly username: string } | { readonly type: 'bearer' };

export type TargetVersion = '1.0.3' | '2.0.0';

/** `by-hand`: somebody paused it. The others need somebody: wrong credentials, a secret that cannot be read, a target that refuses everything. */
export type PauseReason = 'by-hand' | 'unauthorized' | 'secret-unreadable' | 'refuses-everything';

/** What went wrong when it was last tried. Holds no secret. */
export interface ForwardingFault {
  readonly code: FaultCode;
  readonly message: string;
  readonly status?: number;
  /** RFC 3339. */
  readonly at: string;
}

export type FaultCode =
  | 'unreachable' | 'timeout' | 'address-refused' | 'redirected' | 'answer-invalid' | 'answer-too-large'
  | 'unauthorized' | 'too-many-requests' | 'unavailable' | 'refused' | 'conflict' | 'too-large' | 'unfit' | 'secret-unreadable' | 'internal';

export interface ForwardingTarget {
  readonly tenantId: number;
  readonly id: string;
  /** Names the target in an advisory lock. */
  readonly number: number;
  readonly name: string;
  /** With a slash at its end. */
  readonly endpoint: string;
  readonly version: TargetVersion;
  readonly auth: TargetAuth;
  readonly filter: ForwardingFilter;
  readonly pseudonyms?: Pseudonyms;
  /** Whether attachments go along. */
  readonly attachments: boolean;
  /** The last `seq` (microseconds since 1970) that the target has or was not to have. */
  readonly cursor: number;
  readonly paused?: PauseReason;
  readonly failures: number;
  readonly refusedInARow: number;
  readonly nextAttemptAt: Date;
  readonly delivered: number;
  readonly filtered: number;
  readonly lastError?: ForwardingFault;
  readonly lastSuccessAt?: Date;
  readonly createdAt: Date;
}

/** What a worker needs besides; never shown, never logged. */
export interface TargetSecrets {
  readonly secret: string;
  readonly salt?: string;
}
