import * as v from 'valibot';
import { ServerError } from '../errors.js';
import { parseMicros } from '../lrs/timestamp.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A label of the metrics, an argument of the command, a part of an address. */
const name = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dots, dashes and underscores, 64 at most'),
  v.check((text) => !UUID.test(text), 'must not look like an id'),
);
const line = (longest: number): v.GenericSchema<string> => v.pipe(v.string(), v.minLength(1), v.maxLength(longest), v.regex(/^\P{Cc}*$/u, 'must have no control characters'));
const iri = line(2_000);
const list = (item: v.GenericSchema<string>): v.GenericSchema<string[]> => v.pipe(v.array(item), v.minLength(1), v.maxLength(1_000));

const auth = v.variant('type', [
  v.strictObject({ type: v.literal('basic'), username: v.pipe(line(500), v.check((text) => !text.includes(':'), 'may not hold a colon (RFC 7617)')), password: line(4_000) }),
  v.strictObject({ type: v.literal('bearer'), token: v.pipe(v.string(), v.maxLength(8_000), v.regex(/^[A-Za-z0-9._~+/-]+=*$/, 'must be a token (RFC 6750)')) }),
]);

const filter = v.strictObject({
  verbs: v.optional(list(iri)),
  activities: v.optional(list(iri)),
  profiles: v.optional(list(iri)),
  registrations: v.optional(list(v.pipe(v.string(), v.regex(UUID, 'must be a UUID'), v.toLowerCase()) as v.GenericSchema<string>)),
  courses: v.optional(list(line(200))),
  creditBearing: v.optional(v.boolean()),
});

const pseudonyms = v.nullable(v.strictObject({
  homePage: v.pipe(line(500), v.check((text) => URL.canParse(text), 'must be an absolute IRI')),
  /** To keep the pseudonyms of a target set up anew; at least 128 bits, so that nobody finds it by trying account names. */
  salt: v.optional(v.pipe(line(500), v.minLength(22))),
}));

const common = { version: v.picklist(['1.0.3', '2.0.0']), filter, pseudonyms, attachments: v.boolean(), paused: v.boolean(), from: line(50) };

export const addSchema = v.strictObject({ name, endpoint: iri, auth, ...v.partial(v.object(common)).entries });
export const changeSchema = v.partial(v.strictObject({ name, endpoint: iri, auth, ...common }));

export type AddTarget = v.InferOutput<typeof addSchema>;
export type ChangeTarget = v.InferOutput<typeof changeSchema>;

/**
 * @param from `beginning`, `now` or a timestamp: statements stored at it or later
 * @returns the cursor in microseconds since 1970; `undefined` for now
 * @throws ServerError `body-invalid`
 */
export function readFrom(from: string): number | undefined {
  if (from === 'now') return undefined;
  if (from === 'beginning') return 0;
  const micros = parseMicros(from);
  if (micros === undefined) throw new ServerError('body-invalid', 'The beginning must be "beginning", "now" or a timestamp (RFC 3339).', { field: 'from' });
  return micros - 1;
}
