import type { Hono } from 'hono';
import type { Authenticator } from '../auth/authenticate.js';
import type { Seal } from '../auth/seal.js';
import { isLoopback, type ServerConfig } from '../config.js';
import type { Db } from '../database/database.js';
import type { Log } from '../log.js';
import type { Family } from '../operations/metrics.js';
import { createEndpointGuard } from './endpoint-guard.js';
import { createForwarder } from './forwarder.js';
import { forwardingFamilies } from './forwarding-metrics.js';
import { forwardingRoutes } from './forwarding-routes.js';
import { createHttpClient } from './http-client.js';
import { createTargetStore } from './target-store.js';

export interface ForwardingOptions {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly databaseUrl: string;
  readonly seal: Seal;
  readonly log: Log;
  readonly authenticate: Authenticator;
}

/** Statement forwarding as the app sees it. */
export interface Forwarding {
  readonly routes: Hono;
  readonly families: () => Promise<Family[]>;
  /** Something was stored. Costs nothing, waits for nothing. */
  nudge(): void;
  close(): Promise<void>;
}

/** Milliseconds that a target may take to answer one request. */
const TIMEOUT = 30_000;
/** Milliseconds between looks for what other processes have stored, and for targets whose time has come. */
const INTERVAL = 1_000;

export function createForwarding({ config, db, databaseUrl, seal, log, authenticate }: ForwardingOptions): Forwarding {
  const targets = createTargetStore(db, seal);
  const guard = createEndpointGuard({ allowed: config.forwardAllow ?? [], loopback: isLoopback(config.host) });
  const client = createHttpClient({ lookup: guard.lookup, timeout: TIMEOUT });
  const forwarder = createForwarder({ db, databaseUrl, store: targets, client, log, random: Math.random, interval: INTERVAL });
  return {
    routes: forwardingRoutes({ config, db, authenticate, targets, guard, nudge: forwarder.nudge }),
    families: () => forwardingFamilies(db, targets),
    nudge: forwarder.nudge,
    close: forwarder.close,
  };
}
