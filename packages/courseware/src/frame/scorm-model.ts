import type { NavigationRequest, NavigationValidity } from '@lectern/core';
import type { AdlData, CmiTree, ScormVersion } from './protocol.js';

/** Characters the standards grant to suspend data (STANDARDS: 1.2 RTE 3.4.4, 2004 RTE 4.2.21). More is taken, and told. */
export const SUSPEND_DATA_LIMIT: Readonly<Record<ScormVersion, number>> = { '1.2': 4096, '2004': 64_000 };

export interface ScormModelHooks {
  initialized(): void;
  /** A value was set. Called often. */
  changed(): void;
  /** @returns whether the model is safe; only then the SCO hears "true" */
  commit(cmi: CmiTree, terminating: boolean): boolean;
  terminated(): void;
  navigate(request: NavigationRequest): void;
  longSuspendData(length: number): void;
}

/** A running SCORM API, hydrated: the first `GetValue` after `Initialize` is right. */
export interface ScormModel {
  /** `API` or `API_1484_11`. */
  readonly global: string;
  readonly api: Readonly<Record<string, unknown>>;
  readonly running: boolean;
  snapshot(): CmiTree;
  /** What has been put into stores that units share (SCORM 2004). */
  stores?(): Readonly<Record<string, string>>;
  /** Whether requests would be granted now has changed. */
  allow?(validity: NavigationValidity): void;
}

/** The SCORM API that a SCO finds, hydrated. Only the version that is needed is loaded. */
export async function createScormModel(version: ScormVersion, hydrated: CmiTree, hooks: ScormModelHooks, adl: AdlData = {}): Promise<ScormModel> {
  if (version === '2004') return (await import('./scorm-2004.js')).createScorm2004(hydrated, adl, hooks);
  return (await import('./scorm-12.js')).createScorm12(hydrated, hooks);
}
