import * as v from 'valibot';
import { httpUrl } from '../launches/launch-routes.js';

// eslint-disable-next-line no-control-regex -- what is printed in a terminal holds no control characters
const line = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200), v.regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line'));

const seats = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000_000));
const until = v.pipe(v.string(), v.isoTimestamp());
const origin = v.pipe(httpUrl, v.check((text) => new URL(text).origin === text, 'must be an origin, like https://lms.example.edu'));
const origins = v.pipe(v.array(origin), v.maxLength(50));

export const createSchema = v.strictObject({
  course: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  institution: line,
  seats: v.optional(seats),
  until: v.optional(until),
  origins: v.optional(origins, []),
  identity: v.optional(v.picklist(['pseudonym', 'account', 'browser']), 'pseudonym'),
});

/** `null` takes a limit away. */
export const changeSchema = v.strictObject({ seats: v.optional(v.nullable(seats)), until: v.optional(v.nullable(until)), origins: v.optional(origins), revoked: v.optional(v.boolean()) });

/** Under a licence by pseudonyms the learner is a SHA-256, which the stub has made; nothing else is taken, so that no stub can tell more. */
export const PSEUDONYM = /^[0-9a-f]{64}$/;

export const launchSchema = v.strictObject({
  learner: v.pipe(v.string(), v.minLength(1), v.maxLength(1000)),
  launchMode: v.optional(v.picklist(['Normal', 'Browse', 'Review']), 'Normal'),
});

const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

export const outcomeSchema = v.object({
  /** Present: of one unit, which the licence's report does not tell. */
  unitId: v.optional(v.string()),
  completed: v.boolean(),
  success: v.optional(v.picklist(['passed', 'failed'])),
  score: v.optional(v.object({ scaled: v.optional(v.pipe(v.number(), v.minValue(-1), v.maxValue(1))) })),
  progress: fraction,
  seconds: v.pipe(v.number(), v.minValue(0), v.maxValue(1e9)),
});
