import type { Course, LaunchMode, OutcomeReport, StateContent, StateKey, Statement } from '@lectern/core';
import { DeliveryError, type DeliveryErrorCode } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';

/**
 * What content in a frame and the page around it say to each other, version 1. Two messages between the windows, each to one named origin: content says `hello`, the page
 * answers `welcome` with a `MessagePort`. All else goes through that port, which nobody else has.
 */
export const PROTOCOL_VERSION = 1;

/** Window to window, from content. `nonce` tells the answer from another's. */
export interface Hello {
  readonly lectern: 'hello';
  /** Those that content speaks. */
  readonly versions: readonly number[];
  readonly nonce: string;
}

/** Window to window, from the page, with the port. */
export interface Welcome {
  readonly lectern: 'welcome';
  readonly version: number;
  readonly nonce: string;
}

/** What content asks through the port, by the name of the question. */
export interface Questions {
  readonly open: { readonly question: { readonly course: Pick<Course, 'id' | 'title'> }; readonly answer: { readonly learner: unknown; readonly registration: string; readonly launchMode: LaunchMode; readonly returnUrl?: string } };
  readonly record: { readonly question: { readonly statements: readonly Statement[] }; readonly answer: readonly string[] };
  readonly load: { readonly question: { readonly key: StateKey }; readonly answer: StateContent | null };
  readonly save: { readonly question: { readonly key: StateKey; readonly content: StateContent; readonly mode: 'merge' | 'replace' }; readonly answer: null };
  readonly report: { readonly question: { readonly outcome: OutcomeReport }; readonly answer: null };
}

export type Question = keyof Questions;

export interface Asked {
  readonly id: number;
  readonly ask: Question;
  readonly with: unknown;
}

export interface Answered {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

/** The page wants to take the frame away: say what waits, then `closed`. */
export interface Closing {
  readonly lectern: 'closing' | 'closed';
}

const QUESTIONS: readonly string[] = ['open', 'record', 'load', 'save', 'report'] satisfies readonly Question[];

/** Longer than an honest one: of a nonce, and of an error's words. */
const MOST = 300;

const isText = (value: unknown, most = MOST): value is string => typeof value === 'string' && value !== '' && value.length <= most;

export function readHello(data: unknown): Hello | undefined {
  if (!isObject(data) || data['lectern'] !== 'hello' || !isText(data['nonce']) || !Array.isArray(data['versions'])) return undefined;
  return { lectern: 'hello', nonce: data['nonce'], versions: (data['versions'] as unknown[]).filter((version): version is number => typeof version === 'number') };
}

export function readWelcome(data: unknown, nonce: string): Welcome | undefined {
  if (!isObject(data) || data['lectern'] !== 'welcome' || data['nonce'] !== nonce || data['version'] !== PROTOCOL_VERSION) return undefined;
  return { lectern: 'welcome', version: PROTOCOL_VERSION, nonce };
}

export function readAsked(data: unknown): Asked | undefined {
  if (!isObject(data) || !Number.isSafeInteger(data['id']) || !QUESTIONS.includes(data['ask'] as string)) return undefined;
  return { id: data['id'] as number, ask: data['ask'] as Question, with: data['with'] };
}

export function readAnswered(data: unknown): Answered | undefined {
  if (!isObject(data) || !Number.isSafeInteger(data['id'])) return undefined;
  const { error } = data;
  const told = isObject(error) ? { code: String(error['code']), message: String(error['message']).slice(0, MOST) } : undefined;
  return { id: data['id'] as number, ...(told ? { error: told } : { value: data['value'] }) };
}

export const isClosing = (data: unknown, what: Closing['lectern']): boolean => isObject(data) && data['lectern'] === what;

/** What a page may answer instead, and what content then does: set it aside, come back later, wait for a sign-in. Anything else counts as a fault of the way. */
const CODES: readonly string[] = ['rejected', 'too-large', 'busy', 'unauthorized', 'server-error', 'message-invalid'] satisfies readonly DeliveryErrorCode[];

export function errorOf({ code, message }: NonNullable<Answered['error']>): DeliveryError {
  return new DeliveryError(code === 'message-invalid' ? 'rejected' : CODES.includes(code) ? (code as DeliveryErrorCode) : 'server-error', message);
}

/** An origin as `MessageEvent.origin` has it. @throws DeliveryError `launch-invalid` */
export function readOrigin(value: unknown, field: string): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new DeliveryError('launch-invalid', `"${field}" is not the origin of a page, like https://mooc.example.`, { field });
  return url.origin;
}
