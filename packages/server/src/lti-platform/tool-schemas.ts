import * as v from 'valibot';
import { ALL_SCOPES } from './lti-terms.js';

// eslint-disable-next-line no-control-regex -- what is printed in a terminal holds no control characters
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200), v.regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line'));
const url = v.pipe(v.string(), v.maxLength(2048), v.url(), v.check((text) => /^https?:/.test(text), 'must be an http(s) URL'));

const jwk = v.pipe(
  v.looseObject({ kty: v.picklist(['RSA', 'EC']) }),
  v.check((key) => !['d', 'p', 'q', 'k'].some((member) => member in key), 'is a private key: it must stay with the tool'),
);

const redirectUris = v.pipe(v.array(url), v.minLength(1, 'must have an address'), v.maxLength(20));
const jwks = v.strictObject({ keys: v.pipe(v.array(jwk), v.minLength(1, 'must have a key'), v.maxLength(20)) });
/** PEM: SubjectPublicKeyInfo. */
const publicKey = v.pipe(v.string(), v.maxLength(10_000));
const scopes = v.pipe(v.array(v.picklist(ALL_SCOPES)), v.transform((listed) => [...new Set(listed)]));
const identity = v.picklist(['pseudonym', 'account']);

interface KeySources {
  readonly jwksUrl?: unknown;
  readonly jwks?: unknown;
  readonly publicKey?: unknown;
}

const keysIn = (sources: KeySources): number => [sources.jwksUrl, sources.jwks, sources.publicKey].filter((given) => given !== undefined).length;

export const addToolSchema = v.pipe(
  v.strictObject({
    name,
    loginUrl: url,
    redirectUris,
    targetLinkUri: v.optional(url),
    jwksUrl: v.optional(url),
    jwks: v.optional(jwks),
    publicKey: v.optional(publicKey),
    scopes: v.optional(scopes, [...ALL_SCOPES.filter((scope) => !scope.includes('nrps'))]),
    identity: v.optional(identity, 'pseudonym'),
  }),
  v.forward(v.check((tool) => keysIn(tool) === 1, 'must be there, or "jwks" or "publicKey", and one alone'), ['jwksUrl']),
);

export type AddTool = v.InferOutput<typeof addToolSchema>;

/** What is there is changed; a list is given whole. `null` takes the target away; keys of one kind take the place of those of another. */
export const editToolSchema = v.pipe(
  v.strictObject({
    name: v.optional(name),
    loginUrl: v.optional(url),
    redirectUris: v.optional(redirectUris),
    targetLinkUri: v.optional(v.nullable(url)),
    jwksUrl: v.optional(url),
    jwks: v.optional(jwks),
    publicKey: v.optional(publicKey),
    scopes: v.optional(scopes),
    identity: v.optional(identity),
  }),
  v.check((changes) => Object.values(changes).some((value) => value !== undefined), 'must change something'),
  v.forward(v.check((changes) => keysIn(changes) <= 1, 'must be alone, or "jwks" or "publicKey" in its place'), ['jwksUrl']),
);

export type EditTool = v.InferOutput<typeof editToolSchema>;
