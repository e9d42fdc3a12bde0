import type { OutcomeReport, Score, StateContent, StateKey, Statement } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';

/** Statements in one message. */
const MOST_STATEMENTS = 500;
/** UTF-16 units of one message's content as JSON. */
const MOST_TEXT = 2_000_000;
const MOST_NAME = 2_000;

const invalid = (field: string, message: string): DeliveryError => new DeliveryError('message-invalid', message, { field });

/** Content may be anybody's. @throws DeliveryError `message-invalid` with the `field` */
export function readKey(value: unknown): StateKey {
  const { activityId, stateId } = isObject(value) ? value : {};
  if (typeof activityId !== 'string' || activityId === '' || activityId.length > MOST_NAME) throw invalid('key.activityId', 'A document belongs to an activity.');
  if (typeof stateId !== 'string' || stateId === '' || stateId.length > MOST_NAME) throw invalid('key.stateId', 'A document has a name.');
  return { activityId, stateId };
}

/** @throws DeliveryError `message-invalid` */
export function readContent(value: unknown): StateContent {
  if (!isObject(value)) throw invalid('content', 'A document is an object.');
  if (JSON.stringify(value).length > MOST_TEXT) throw invalid('content', 'The document is too large.');
  return value;
}

/** Statements with an id, a verb, and the learner of this session as their actor. @throws DeliveryError `message-invalid` */
export function readStatements(value: unknown, isLearner: (actor: unknown) => boolean, registration: string): readonly Statement[] {
  if (!Array.isArray(value) || value.length > MOST_STATEMENTS) throw invalid('statements', `Statements are a list of at most ${MOST_STATEMENTS}.`);
  if (JSON.stringify(value).length > MOST_TEXT) throw invalid('statements', 'The statements are too large.');
  return (value as unknown[]).map((statement, index) => {
    const at = `statements[${index}]`;
    if (!isObject(statement)) throw invalid(at, 'A statement is an object.');
    const { id, actor, verb, context } = statement;
    if (typeof id !== 'string' || !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) throw invalid(`${at}.id`, 'A statement has a UUID.');
    if (!isObject(verb) || typeof verb['id'] !== 'string') throw invalid(`${at}.verb`, 'A statement has a verb.');
    if (!isLearner(actor)) throw invalid(`${at}.actor`, 'The statement is about somebody else.');
    const named = isObject(context) ? context['registration'] : undefined;
    if (named !== undefined && String(named).toLowerCase() !== registration) throw invalid(`${at}.context.registration`, 'The statement is of another registration.');
    return statement as unknown as Statement;
  });
}

/** @throws DeliveryError `message-invalid` */
export function readOutcome(value: unknown): OutcomeReport {
  if (!isObject(value)) throw invalid('outcome', 'An outcome is an object.');
  const { unitId, completed, success, score, progress, seconds } = value;
  if (unitId !== undefined && (typeof unitId !== 'string' || unitId.length > MOST_NAME)) throw invalid('outcome.unitId', 'A unit’s id is a string.');
  if (typeof completed !== 'boolean') throw invalid('outcome.completed', 'An outcome says whether it is completed.');
  if (success !== undefined && success !== 'passed' && success !== 'failed') throw invalid('outcome.success', 'Success is passed or failed.');
  if (typeof progress !== 'number' || !(progress >= 0 && progress <= 1)) throw invalid('outcome.progress', 'Progress is from 0 to 1.');
  if (typeof seconds !== 'number' || !(seconds >= 0) || !Number.isFinite(seconds)) throw invalid('outcome.seconds', 'Seconds are a number from 0.');
  const read = score === undefined ? undefined : readScore(score);
  return { ...(unitId === undefined ? {} : { unitId }), completed, ...(success ? { success } : {}), ...(read ? { score: read } : {}), progress, seconds };
}

function readScore(value: unknown): Score {
  if (!isObject(value)) throw invalid('outcome.score', 'A score is an object.');
  const score: Record<string, number> = {};
  for (const name of ['scaled', 'raw', 'min', 'max'] as const) {
    const number = value[name];
    if (number === undefined) continue;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw invalid(`outcome.score.${name}`, 'A score is of numbers.');
    score[name] = number;
  }
  if (Math.abs(score['scaled'] ?? 0) > 1) throw invalid('outcome.score.scaled', 'A scaled score is from -1 to 1.');
  return score;
}
