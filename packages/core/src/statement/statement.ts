import type { Iri } from '../course/course.js';
import type { InteractionType, Score } from '../session/events.js';

export type LanguageMap = Readonly<Record<string, string>>;
export type Extensions = Readonly<Record<Iri, unknown>>;

export interface Account {
  readonly homePage: Iri;
  readonly name: string;
}

/** One person. Exactly one inverse functional identifier (xAPI Data 2.4.2.1); `account` is Lectern's default. */
export interface Agent {
  readonly objectType?: 'Agent';
  readonly name?: string;
  readonly mbox?: string;
  readonly mbox_sha1sum?: string;
  readonly openid?: string;
  readonly account?: Account;
}

export interface Group {
  readonly objectType: 'Group';
  readonly name?: string;
  readonly mbox?: string;
  readonly mbox_sha1sum?: string;
  readonly openid?: string;
  readonly account?: Account;
  readonly member?: readonly Agent[];
}

export type Actor = Agent | Group;

export interface Verb {
  readonly id: Iri;
  readonly display?: LanguageMap;
}

export interface InteractionComponent {
  readonly id: string;
  readonly description?: LanguageMap;
}

export interface ActivityDefinition {
  readonly name?: LanguageMap;
  readonly description?: LanguageMap;
  readonly type?: Iri;
  readonly moreInfo?: Iri;
  readonly interactionType?: InteractionType;
  readonly correctResponsesPattern?: readonly string[];
  readonly choices?: readonly InteractionComponent[];
  readonly scale?: readonly InteractionComponent[];
  readonly source?: readonly InteractionComponent[];
  readonly target?: readonly InteractionComponent[];
  readonly steps?: readonly InteractionComponent[];
  readonly extensions?: Extensions;
}

export interface Activity {
  readonly objectType?: 'Activity';
  readonly id: Iri;
  readonly definition?: ActivityDefinition;
}

export interface StatementRef {
  readonly objectType: 'StatementRef';
  readonly id: string;
}

export interface Result {
  readonly score?: Score;
  readonly success?: boolean;
  readonly completion?: boolean;
  readonly response?: string;
  /** ISO 8601. */
  readonly duration?: string;
  readonly extensions?: Extensions;
}

export interface ContextActivities {
  readonly parent?: readonly Activity[];
  readonly grouping?: readonly Activity[];
  readonly category?: readonly Activity[];
  readonly other?: readonly Activity[];
}

/** xAPI 2.0 (IEEE 9274.1.1, 4.2.2.5). */
export interface ContextAgent {
  readonly objectType: 'contextAgent';
  readonly agent: Agent;
  readonly relevantTypes?: readonly Iri[];
}

/** xAPI 2.0 (IEEE 9274.1.1, 4.2.2.5). */
export interface ContextGroup {
  readonly objectType: 'contextGroup';
  readonly group: Group;
  readonly relevantTypes?: readonly Iri[];
}

export interface Context {
  readonly registration?: string;
  readonly instructor?: Actor;
  readonly team?: Group;
  readonly contextActivities?: ContextActivities;
  readonly contextAgents?: readonly ContextAgent[];
  readonly contextGroups?: readonly ContextGroup[];
  readonly revision?: string;
  readonly platform?: string;
  readonly language?: string;
  readonly statement?: StatementRef;
  readonly extensions?: Extensions;
}

export interface Attachment {
  readonly usageType: Iri;
  readonly display: LanguageMap;
  readonly description?: LanguageMap;
  readonly contentType: string;
  /** Octets. */
  readonly length: number;
  readonly sha2: string;
  readonly fileUrl?: Iri;
}

export interface SubStatement {
  readonly objectType: 'SubStatement';
  readonly actor: Actor;
  readonly verb: Verb;
  readonly object: Activity | Actor | StatementRef;
  readonly result?: Result;
  readonly context?: Context;
  readonly timestamp?: string;
  readonly attachments?: readonly Attachment[];
}

/** An xAPI statement as Lectern makes them: always with an id and a timestamp of its own. */
export interface Statement {
  readonly id: string;
  readonly actor: Actor;
  readonly verb: Verb;
  readonly object: Activity | Actor | StatementRef | SubStatement;
  readonly result?: Result;
  readonly context?: Context;
  /** RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
  readonly stored?: string;
  readonly authority?: Actor;
  readonly version?: string;
  readonly attachments?: readonly Attachment[];
}
