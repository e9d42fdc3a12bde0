import { resolve } from 'node:path';
import { isReservedName } from './auth/principal.js';
import { ServerError } from './errors.js';

export interface ServerLimits {
  /** Octets of one statements request, attachments included. */
  readonly statementsBody: number;
  /** Octets of one document. */
  readonly documentBody: number;
  /** Octets of any other JSON request. */
  readonly jsonBody: number;
  /** Octets of an uploaded package. */
  readonly packageBody: number;
  /** Octets of a package that a visitor of the demo may upload. */
  readonly demoPackageBody: number;
  /** Requests a second that one key, learner or unit may make; ten times as many at once. Absent: no limit. */
  readonly requestRate?: number;
  /** Wrong credentials a minute that one address may send, as many at once. */
  readonly failureRate: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  statementsBody: 16 * 1024 * 1024,
  documentBody: 8 * 1024 * 1024,
  jsonBody: 256 * 1024,
  packageBody: 2 * 1024 * 1024 * 1024,
  demoPackageBody: 200 * 1024 * 1024,
  failureRate: 60,
};

export interface ServerConfig {
  /** Address to listen on. */
  readonly host: string;
  readonly port: number;
  /** Port of the content origin. */
  readonly contentPort: number;
  /** Folder of everything the server keeps outside the database. Absolute. */
  readonly dataDir: string;
  /** Absent: an embedded PostgreSQL under `dataDir`. */
  readonly databaseUrl?: string;
  /** The administrator's key and secret. Absent: made once and kept in `dataDir`. */
  readonly key?: string;
  readonly secret?: string;
  /** Demo learners may be chosen by anybody, and visitors may import packages. */
  readonly demo: boolean;
  /** Origin under which the world reaches the server. Absent: as the request says. */
  readonly publicUrl?: string;
  /** Origin under which the world reaches the content. Absent: the request's host with `contentPort`. */
  readonly contentUrl?: string;
  /** Origins of pages that may embed the players and the content; `*` for any. */
  readonly embedders: readonly string[];
  /** Hosts that statements may be forwarded to over http, or in a private network. */
  readonly forwardAllow?: readonly string[];
  /** Folder `dist` of h5p-standalone, absolute. Default: of the one that is installed beside the server, if one is. */
  readonly h5pPlayer?: string;
  /** Proxies in front of the server whose `X-Forwarded-For` is believed. Absent: none. */
  readonly proxyHops?: number;
  readonly limits: ServerLimits;
}

/** Whether a name or address means this machine alone. */
export const isLoopback = (host: string): boolean => ['127.0.0.1', '::1', '[::1]', 'localhost'].includes(host) || host.endsWith('.localhost');

/**
 * Reads the environment that DESIGN's addresses name.
 * @throws ServerError `config-invalid` naming the variable in `field`
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, overrides: Partial<ServerConfig> = {}): ServerConfig {
  const host = overrides.host ?? (env['HOST'] || '127.0.0.1');
  const port = overrides.port ?? readPort(env, 'PORT', 4173);
  const contentPort = overrides.contentPort ?? readPort(env, 'CONTENT_PORT', port === 0 ? 0 : port + 1);
  if (port !== 0 && port === contentPort) throw invalid('CONTENT_PORT', 'The content needs an origin of its own: CONTENT_PORT must differ from PORT.');
  const databaseUrl = overrides.databaseUrl ?? (env['DATABASE_URL'] || undefined);
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) throw invalid('DATABASE_URL', 'DATABASE_URL must be a postgresql:// address.');
  const key = overrides.key ?? (env['LECTERN_KEY'] || undefined);
  const secret = overrides.secret ?? (env['LECTERN_SECRET'] || undefined);
  if ((key === undefined) !== (secret === undefined)) throw invalid(key === undefined ? 'LECTERN_KEY' : 'LECTERN_SECRET', 'LECTERN_KEY and LECTERN_SECRET go together: set both or neither.');
  if (key?.includes(':')) throw invalid('LECTERN_KEY', 'A key may not hold a colon (RFC 7617).');
  if (key !== undefined && isReservedName(key)) throw invalid('LECTERN_KEY', 'This name is the server’s own; choose another.');
  const proxyHops = overrides.proxyHops ?? readHops(env);
  const publicUrl = overrides.publicUrl ?? readOrigin(env, 'LECTERN_URL');
  const contentUrl = overrides.contentUrl ?? readOrigin(env, 'LECTERN_CONTENT_URL');
  const h5pPlayer = overrides.h5pPlayer ?? (env['LECTERN_H5P_PLAYER'] ? resolve(env['LECTERN_H5P_PLAYER']) : undefined);
  return {
    host,
    port,
    contentPort,
    dataDir: resolve(overrides.dataDir ?? (env['LECTERN_DATA'] || '.lectern')),
    demo: overrides.demo ?? readSwitch(env, 'LECTERN_DEMO', isLoopback(host)),
    embedders: overrides.embedders ?? readEmbedders(env),
    forwardAllow: overrides.forwardAllow ?? (env['LECTERN_FORWARD_ALLOW'] ?? '').toLowerCase().split(/[\s,]+/).filter(Boolean),
    limits: overrides.limits ?? readLimits(env),
    ...(h5pPlayer === undefined ? {} : { h5pPlayer }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(key === undefined ? {} : { key }),
    ...(secret === undefined ? {} : { secret }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(contentUrl === undefined ? {} : { contentUrl }),
    ...(proxyHops === 0 ? {} : { proxyHops }),
  };
}

type Env = Readonly<Record<string, string | undefined>>;

const invalid = (field: string, message: string): ServerError => new ServerError('config-invalid', message, { field });

function readPort(env: Env, name: string, fallback: number): number {
  const text = env[name];
  if (!text) return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw invalid(name, `${name} must be a port from 0 to 65535, not "${text}".`);
  return port;
}

/** Megabytes, where a limit of the LRS's bodies is not the default; requests a second; failures a minute. */
function readLimits(env: Env): ServerLimits {
  const read = (name: string): number | undefined => {
    const text = env[name];
    if (!text) return undefined;
    const value = Number(text);
    if (!(value > 0 && value <= 1_000_000)) throw invalid(name, `${name} must be a number above 0, not "${text}".`);
    return value;
  };
  const [statements, document, requestRate, failureRate] = [read('LECTERN_STATEMENTS_LIMIT'), read('LECTERN_DOCUMENT_LIMIT'), read('LECTERN_RATE_LIMIT'), read('LECTERN_FAILURE_LIMIT')];
  return {
    ...DEFAULT_LIMITS,
    ...(statements === undefined ? {} : { statementsBody: Math.floor(statements * 1024 * 1024) }),
    ...(document === undefined ? {} : { documentBody: Math.floor(document * 1024 * 1024) }),
    ...(requestRate === undefined ? {} : { requestRate }),
    ...(failureRate === undefined ? {} : { failureRate }),
  };
}

function readHops(env: Env): number {
  const text = env['LECTERN_PROXIES'];
  if (!text) return 0;
  if (!/^\d$/.test(text)) throw invalid('LECTERN_PROXIES', 'LECTERN_PROXIES must be how many proxies are in front of the server, 0 to 9.');
  return Number(text);
}

function readSwitch(env: Env, name: string, fallback: boolean): boolean {
  const text = env[name]?.toLowerCase();
  if (!text) return fallback;
  if (['1', 'on', 'true', 'yes'].includes(text)) return true;
  if (['0', 'off', 'false', 'no'].includes(text)) return false;
  throw invalid(name, `${name} must be on or off.`);
}

function readOrigin(env: Env, name: string): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  return originOf(text) ?? fail(invalid(name, `${name} must be an http(s) origin such as https://learn.example.edu.`));
}

function readEmbedders(env: Env): string[] {
  return (env['LECTERN_EMBEDDERS'] ?? '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((text) => (text === '*' ? text : (originOf(text) ?? fail(invalid('LECTERN_EMBEDDERS', `"${text}" is not an http(s) origin.`)))));
}

function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin : undefined;
}

function fail(error: Error): never {
  throw error;
}
