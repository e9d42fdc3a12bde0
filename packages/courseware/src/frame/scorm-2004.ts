import { DataModel, type Answer } from './cmi/data-model.js';
import { struct } from './cmi/definition.js';
import { CMI_2004 } from './cmi/elements-2004.js';
import { ERRORS_2004 } from './cmi/errors-2004.js';
import { NavigationData } from './cmi/navigation-data.js';
import { SharedData } from './cmi/shared-data.js';
import type { AdlData, CmiTree } from './protocol.js';
import { SUSPEND_DATA_LIMIT, type ScormModel, type ScormModelHooks } from './scorm-model.js';

const SESSION = struct({ cmi: CMI_2004 });

/**
 * The API of SCORM 2004 4th Edition (RTE 3): its states, its error codes, and the data model element by element. Values are never cut; nothing is
 * sent anywhere; `Commit` and `Terminate` answer what the journal says.
 */
export function createScorm2004(hydrated: CmiTree, adl: AdlData, hooks: ScormModelHooks): ScormModel {
  const model = new DataModel(SESSION, { cmi: hydrated });
  const navigation = new NavigationData(adl.validity);
  const shared = new SharedData(adl.stores ?? []);
  let state: 'before' | 'running' | 'after' = 'before';
  let lastError = 0;

  const snapshot = (): CmiTree => {
    const { learner_name: _name, ...kept } = (model.snapshot()['cmi'] ?? {}) as CmiTree;
    return kept;
  };
  const fail = (error: number): 'false' => {
    lastError = error;
    return 'false';
  };
  const succeed = (): 'true' => {
    lastError = 0;
    return 'true';
  };
  /** The code for a call in the wrong state, or with an argument where there is none (RTE 3.1.3, 3.1.4). */
  const wrong = (before: number, after: number): number | undefined => (state === 'running' ? undefined : state === 'before' ? before : after);
  const look = (element: string): Answer => {
    if (element.startsWith('adl.nav')) return navigation.get(element);
    if (element.startsWith('adl.data')) return shared.get(element);
    return model.get(element);
  };
  const put = (element: string, value: string): number => {
    if (element.startsWith('adl.nav')) return navigation.set(element, value);
    if (element.startsWith('adl.data')) return shared.set(element, value);
    return model.set(element, value);
  };
  /** A logged-out learner, or one whose time is up, is done with the course (RTE 4.2.8); that stands over what else was asked for. */
  const leaving = () => {
    const exit = (snapshot()['exit'] as string | undefined) ?? '';
    return exit === 'time-out' || exit === 'logout' ? ({ request: 'exitAll' } as const) : navigation.request;
  };

  const api = {
    version: '1.0',
    Initialize(parameter: unknown = ''): string {
      if (parameter !== '') return fail(201);
      if (state !== 'before') return fail(state === 'running' ? 103 : 104);
      state = 'running';
      hooks.initialized();
      return succeed();
    },
    Terminate(parameter: unknown = ''): string {
      const error = parameter === '' ? wrong(112, 113) : 201;
      if (error !== undefined) return fail(error);
      if (!hooks.commit(snapshot(), true)) return fail(111);
      state = 'after';
      hooks.terminated();
      const request = leaving();
      if (request) hooks.navigate(request);
      return succeed();
    },
    GetValue(element: unknown): string {
      const error = wrong(122, 123);
      const answer: Answer = error === undefined ? (element === undefined || element === '' ? { error: 301 } : look(String(element))) : { error };
      lastError = 'error' in answer ? answer.error : 0;
      return 'error' in answer ? '' : answer.value;
    },
    SetValue(element: unknown, value: unknown): string {
      const error = wrong(132, 133);
      if (error !== undefined) return fail(error);
      if (element === undefined || element === '') return fail(351);
      const name = String(element);
      // Content hands over numbers and booleans as gladly as text.
      const text = value === undefined || value === null ? '' : String(value as string);
      const refused = put(name, text);
      if (refused !== 0) return fail(refused);
      if (name === 'cmi.suspend_data' && text.length > SUSPEND_DATA_LIMIT['2004']) hooks.longSuspendData(text.length);
      hooks.changed();
      return succeed();
    },
    Commit(parameter: unknown = ''): string {
      const error = parameter === '' ? wrong(142, 143) : 201;
      if (error !== undefined) return fail(error);
      return hooks.commit(snapshot(), false) ? succeed() : fail(391);
    },
    GetLastError: (): string => String(lastError),
    GetErrorString: (code: unknown): string => words(code),
    GetDiagnostic: (code: unknown): string => words(code === undefined || code === '' ? lastError : code),
  };

  return {
    global: 'API_1484_11',
    // A SCO must never meet an exception of ours.
    api: Object.fromEntries(Object.entries(api).map(([name, call]) => [name, typeof call === 'function' ? guarded(name, call as Call, () => void fail(101)) : call])),
    get running() {
      return state === 'running';
    },
    snapshot,
    stores: () => shared.written,
    allow: (validity) => (navigation.validity = validity),
  };
}

type Call = (...args: unknown[]) => string;

const guarded = (name: string, call: Call, failed: () => void): Call =>
  (...args) => {
    try {
      return call(...args);
    } catch {
      failed();
      return name.startsWith('Get') ? '' : 'false';
    }
  };

const words = (code: unknown): string => (Object.hasOwn(ERRORS_2004, String(code as string)) ? ERRORS_2004[String(code as string)]! : '');
