import { isLoopback, type ServerConfig } from '../config.js';
import { ServerError } from '../errors.js';
import type { Origins } from '../http/origins.js';

/** Where tools meet the platform. */
export interface PlatformAddresses {
  /** The platform's name in every launch (`iss`). */
  readonly issuer: string;
  readonly authorization: string;
  readonly token: string;
  readonly jwks: string;
  /** Services are below it; ends without a slash. */
  readonly base: string;
}

/**
 * A platform has one name, which tools are set up with: LECTERN_URL. Without it only this machine itself has one, whatever a request calls it.
 * @throws ServerError `config-invalid`
 */
export function platformAddresses({ public: issuer }: Origins, config: Pick<ServerConfig, 'publicUrl'>): PlatformAddresses {
  if (config.publicUrl === undefined && !isLoopback(new URL(issuer).hostname)) {
    throw new ServerError('config-invalid', 'Tools are launched by a server that knows its own address: set LECTERN_URL.', { field: 'LECTERN_URL', status: 422 });
  }
  const base = `${issuer}/lti-platform`;
  return { issuer, base, authorization: `${base}/authorize`, token: `${base}/token`, jwks: `${base}/jwks` };
}
