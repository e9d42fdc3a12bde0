import type { Context } from 'hono';
import { readBody } from '../http/body.js';
import { LaunchError } from './launch-error.js';

/** Octets: deep linking settings and a roster's worth of claims fit easily. */
const MAX_FORM = 256 * 1024;

type Pairs = readonly (readonly [name: string, value: string])[];

/**
 * Names and values of a form post, or of a query.
 * @throws LaunchError `request-invalid`: a form of another kind
 */
export async function readPairs(c: Context, from: 'query' | 'form'): Promise<Pairs> {
  if (from === 'query') return [...new URL(c.req.url).searchParams];
  if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')) {
    throw new LaunchError('request-invalid', 'The request must be a form (application/x-www-form-urlencoded).', { field: 'Content-Type' });
  }
  return [...new URLSearchParams(new TextDecoder().decode(await readBody(c.req.raw, MAX_FORM)))];
}

/** @throws LaunchError `request-invalid`: a name that is there twice (RFC 6749, 3.1) */
export function toParameters(pairs: Pairs): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (read.has(name)) throw new LaunchError('request-invalid', `"${name.slice(0, 40)}" is there twice.`, { field: name.slice(0, 40) });
    read.set(name, value);
  }
  return read;
}

/** @throws LaunchError `request-invalid` */
export const readParameters = async (c: Context, from: 'query' | 'form' = c.req.method === 'GET' ? 'query' : 'form'): Promise<ReadonlyMap<string, string>> => toParameters(await readPairs(c, from));

/** @throws LaunchError `request-invalid` */
export function required(parameters: ReadonlyMap<string, string>, name: string, longest = 4_096): string {
  const value = parameters.get(name);
  if (value === undefined || value === '') throw new LaunchError('request-invalid', `"${name}" is missing.`, { field: name });
  if (value.length > longest) throw new LaunchError('request-invalid', `"${name}" is longer than ${longest} characters.`, { field: name });
  return value;
}
