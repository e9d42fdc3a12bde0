import type { LaunchedUnitState, LaunchProblem, Score, Unit, UnitLaunch, UnitLaunchOptions, UnitOutcome } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';
import { parseJson, type Http } from './http.js';

/** Milliseconds after which a page goes on without knowing what was done elsewhere. */
const PATIENCE = 4_000;

/** What a launch server offers a page. */
export interface UnitLauncher {
  launch(unit: Unit, options?: UnitLaunchOptions): Promise<UnitLaunch>;
  observe(unit: Unit, launch: UnitLaunch): Promise<LaunchedUnitState>;
  outcomes(): Promise<Record<string, UnitOutcome>>;
}

/**
 * Asks a server to launch units that a page cannot (cmi5 8.1: a one-time token must be minted).
 * @param launchUrl absolute; `POST {unit}` there, `GET` it for the outcomes, `GET` its `/{sessionId}`
 */
export function createLauncher(http: Http, launchUrl: string): UnitLauncher {
  return {
    async launch(unit, { ownWindow = false } = {}) {
      const response = await http({
        method: 'POST',
        url: launchUrl,
        headers: { 'Content-Type': 'application/json' },
        // The player stays; the unit comes back to a page that says it has ended.
        body: JSON.stringify({ unit: unit.id, embedded: true, ...(ownWindow ? { ownWindow } : {}) }),
      });
      return readLaunch(parseJson(response), launchUrl);
    },
    async observe(_unit, { sessionId }) {
      const url = `${launchUrl.replace(/\/$/, '')}/${encodeURIComponent(sessionId)}`;
      return readLaunchedState(parseJson(await http({ method: 'GET', url })));
    },
    async outcomes() {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(invalid('', 'What the launched units have come to was not answered in time.')), PATIENCE);
      });
      return Promise.race([http({ method: 'GET', url: launchUrl }), late]).then((response) => readOutcomes(parseJson(response))).finally(() => clearTimeout(timer));
    },
  };
}

const invalid = (field: string, message: string): DeliveryError => new DeliveryError('launch-invalid', message, { field });

function readLaunch(answer: unknown, base: string): UnitLaunch {
  if (!isObject(answer)) throw invalid('', 'The launch is not an object.');
  const { url, method, sessionId, storageOrigins } = answer;
  if (typeof sessionId !== 'string' || sessionId === '') throw invalid('sessionId', 'The launch has no session id.');
  if (method !== 'AnyWindow' && method !== 'OwnWindow') throw invalid('method', 'The launch method is neither AnyWindow nor OwnWindow (cmi5 13.1.4).');
  if (storageOrigins !== undefined && !(Array.isArray(storageOrigins) && storageOrigins.every(isOrigin))) throw invalid('storageOrigins', 'The origins of the tool are none.');
  return { url: readHttpUrl(url, 'url', base), method, sessionId, ...(storageOrigins === undefined ? {} : { storageOrigins }) };
}

const isOrigin = (value: unknown): value is string => typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && new URL(value).origin === value;

/** A URL from outside that will be fetched or navigated to: `javascript:` and its like are refused. @throws DeliveryError `launch-invalid` */
export function readHttpUrl(value: unknown, field: string, base: string): string {
  let url: URL | undefined;
  try {
    if (typeof value === 'string') url = new URL(value, base);
  } catch {
    // Said below.
  }
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') throw invalid(field, `"${field}" is not an http(s) URL.`);
  return url.href;
}

function readLaunchedState(answer: unknown): LaunchedUnitState {
  if (!isObject(answer)) throw invalid('', 'The launched unit\'s state is not an object.');
  const flag = (name: string): boolean => answer[name] === true;
  const { success, progress } = answer;
  const score = readScore(answer['score']);
  const problem = readProblem(answer['problem']);
  return {
    initialized: flag('initialized'),
    completed: flag('completed'),
    satisfied: flag('satisfied'),
    terminated: flag('terminated'),
    ...(flag('abandoned') ? { abandoned: true } : {}),
    ...(success === 'passed' || success === 'failed' ? { success } : {}),
    ...(score ? { score } : {}),
    ...(typeof progress === 'number' && progress >= 0 && progress <= 1 ? { progress } : {}),
    ...(problem ? { problem } : {}),
  };
}

function readProblem(value: unknown): LaunchProblem | undefined {
  if (!isObject(value)) return undefined;
  const { code, message } = value;
  if (code !== 'refused' && code !== 'tool') return undefined;
  return { code, ...(typeof message === 'string' && message !== '' ? { message: message.slice(0, 500) } : {}) };
}

function readOutcomes(answer: unknown): Record<string, UnitOutcome> {
  const units = isObject(answer) ? answer['units'] : undefined;
  if (!isObject(units)) throw invalid('units', 'The launched units\' outcomes are not an object.');
  const outcomes = Object.create(null) as Record<string, UnitOutcome>; // a unit may be named `constructor`
  for (const [id, value] of Object.entries(units)) {
    if (!isObject(value)) continue;
    const { success, progress } = value;
    outcomes[id] = {
      completed: value['completed'] === true,
      progress: typeof progress === 'number' && progress >= 0 && progress <= 1 ? progress : 0,
      ...(success === 'passed' || success === 'failed' ? { success } : {}),
      ...(value['waived'] === true ? { waived: true } : {}),
    };
  }
  return outcomes;
}

function readScore(value: unknown): Score | undefined {
  if (!isObject(value)) return undefined;
  const numbers = (['scaled', 'raw', 'min', 'max'] as const).flatMap((name) => {
    const number = value[name];
    return typeof number === 'number' && Number.isFinite(number) ? [[name, number] as const] : [];
  });
  return numbers.length > 0 ? Object.fromEntries(numbers) : undefined;
}
