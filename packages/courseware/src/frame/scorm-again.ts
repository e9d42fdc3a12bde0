import type { CmiTree } from './protocol.js';

/** What is used of scorm-again's class for SCORM 1.2. */
export type InnerApi = {
  readonly cmi: unknown;
  isInitialized(): boolean;
  isTerminated(): boolean;
  loadFromJSON(json: CmiTree, element: string): void;
  renderCMIToJSONString(): string;
  on(event: string, listener: (...args: unknown[]) => void): void;
} & Readonly<Record<ApiCall, (...args: unknown[]) => string>>;

type ApiCall = 'LMSInitialize' | 'LMSFinish' | 'LMSGetValue' | 'LMSSetValue' | 'LMSCommit' | 'LMSGetLastError' | 'LMSGetErrorString' | 'LMSGetDiagnostic';

interface CommitResult {
  readonly result: 'true' | 'false';
  readonly errorCode: number;
}

type Constructor = new (settings: object, http: object) => unknown;

/**
 * scorm-again without a network: its HTTP service is ours, so a commit is a synchronous call and its answer the SCO's.
 */
export async function createInner(commit: (cmi: CmiTree, terminating: boolean) => CommitResult): Promise<InnerApi> {
  // Its types declare a default export; its modules have named ones.
  const { Scorm12API: Api } = (await import('scorm-again/scorm12')) as unknown as Readonly<Record<'Scorm12API', Constructor>>;
  const service = {
    processHttpRequest: (_url: string, body: { cmi: CmiTree }, terminating = false) => commit(body.cmi, terminating),
    updateSettings: () => undefined,
  };
  const settings = {
    autocommit: false,
    // Any text: it is what makes scorm-again ask its HTTP service at all.
    lmsCommitUrl: 'lectern:journal',
    logLevel: 5,
    uninitializedGetLogLevel: 5,
    // The host judges by itself (settleStatus12): scorm-again would fail a SCO that was merely put aside.
    mastery_override: false,
    autoCompleteLessonStatus: false,
    asyncModeBeaconBehavior: 'never',
  };
  return new Api(settings, service) as InnerApi;
}
