import type { CmiTree, ScormVersion } from './protocol.js';

/** What is used of scorm-again's two classes. */
export type InnerApi = {
  readonly cmi: unknown;
  isInitialized(): boolean;
  isTerminated(): boolean;
  loadFromJSON(json: CmiTree, element: string): void;
  renderCMIToJSONString(): string;
  on(event: string, listener: (...args: unknown[]) => void): void;
} & Readonly<Record<ApiCall, (...args: unknown[]) => string>>;

type ApiCall =
  | 'LMSInitialize' | 'LMSFinish' | 'LMSGetValue' | 'LMSSetValue' | 'LMSCommit' | 'LMSGetLastError' | 'LMSGetErrorString' | 'LMSGetDiagnostic'
  | 'Initialize' | 'Terminate' | 'GetValue' | 'SetValue' | 'Commit' | 'GetLastError' | 'GetErrorString' | 'GetDiagnostic';

interface CommitResult {
  readonly result: 'true' | 'false';
  readonly errorCode: number;
}

type Constructor = new (settings: object, http: object) => unknown;

/**
 * scorm-again without a network: its HTTP service is ours, so a commit is a synchronous call and its answer the SCO's.
 * Only the version that is needed is loaded.
 */
export async function createInner(version: ScormVersion, commit: (cmi: CmiTree, terminating: boolean) => CommitResult): Promise<InnerApi> {
  // Its types declare a default export; its modules have named ones.
  const module = (version === '1.2' ? await import('scorm-again/scorm12') : await import('scorm-again/scorm2004')) as unknown as Record<string, Constructor>;
  const Api = module[version === '1.2' ? 'Scorm12API' : 'Scorm2004API']!;
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
