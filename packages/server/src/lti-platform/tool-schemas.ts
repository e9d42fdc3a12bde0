import * as v from 'valibot';
import { ALL_SCOPES } from './lti-terms.js';

// eslint-disable-next-line no-control-regex -- what is printed in a terminal holds no control characters
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200), v.regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line'));
const url = v.pipe(v.string(), v.maxLength(2048), v.url(), v.check((text) => /^https?:/.test(text), 'must be an http(s) URL'));

const jwk = v.pipe(
  v.looseObject({ kty: v.picklist(['RSA', 'EC']) }),
  v.check((key) => !['d', 'p', 'q', 'k'].some((member) => member in key), 'is a private key: it must stay with the tool'),
);

export const addToolSchema = v.pipe(
  v.strictObject({
    name,
    loginUrl: url,
    redirectUris: v.pipe(v.array(url), v.minLength(1, 'must have an address'), v.maxLength(20)),
    targetLinkUri: v.optional(url),
    jwksUrl: v.optional(url),
    jwks: v.optional(v.strictObject({ keys: v.pipe(v.array(jwk), v.minLength(1, 'must have a key'), v.maxLength(20)) })),
    /** PEM: SubjectPublicKeyInfo. */
    publicKey: v.optional(v.pipe(v.string(), v.maxLength(10_000))),
    scopes: v.optional(v.pipe(v.array(v.picklist(ALL_SCOPES)), v.transform((scopes) => [...new Set(scopes)])), [...ALL_SCOPES.filter((scope) => !scope.includes('nrps'))]),
    identity: v.optional(v.picklist(['pseudonym', 'account']), 'pseudonym'),
  }),
  v.forward(v.check(({ jwksUrl, jwks, publicKey }) => [jwksUrl, jwks, publicKey].filter((given) => given !== undefined).length === 1, 'must be there, or "jwks" or "publicKey", and one alone'), ['jwksUrl']),
);

export type AddTool = v.InferOutput<typeof addToolSchema>;
