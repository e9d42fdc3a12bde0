import { Hono } from 'hono';
import type { Authenticator } from '../auth/authenticate.js';
import { requireAdmin } from '../auth/principal.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { Parameters } from '../lrs/parameters.js';
import { queryAudit, type AuditPosition } from './audit.js';

export interface AuditServices {
  readonly db: Db;
  readonly authenticate: Authenticator;
}

const FILTERS = ['actor', 'action', 'subject', 'since', 'until', 'limit'];
const DEFAULT_LIMIT = 100;
/** Entries in one answer, at most. */
const MAX_LIMIT = 1_000;

/** `GET /audit`: what was done with the tenant's keys, the newest first. */
export function auditRoutes({ db, authenticate }: AuditServices): Hono {
  const app = new Hono();

  app.get('/', async (c) => {
    const { tenantId } = requireAdmin(await authenticate(c));
    const asked = new Parameters(c.req.url, [...FILTERS, 'more']);
    const page = asked.text('more');
    if (page !== undefined && asked.names().length > 1) throw new ServerError('parameter-invalid', 'A "more" address is used as it is.', { field: 'more' });
    const { query, after } = page === undefined ? { query: new URL(c.req.url).search, after: undefined } : readCursor(page);
    const parameters = page === undefined ? asked : new Parameters(`http://lectern.invalid/${query}`, FILTERS);
    const { entries, next } = await queryAudit(db, tenantId, {
      actor: parameters.text('actor'),
      action: parameters.text('action'),
      subject: parameters.text('subject'),
      since: parameters.instant('since'),
      until: parameters.instant('until'),
      limit: Math.min(parameters.count('limit') || DEFAULT_LIMIT, MAX_LIMIT),
      after,
    });
    return c.json({ entries, more: next ? `/audit?more=${writeCursor({ query, after: next })}` : '' }, 200, { 'Cache-Control': 'no-store' });
  });

  return app;
}

/** The filters travel in the link, as those of the statements do. */
interface Cursor {
  readonly query: string;
  readonly after: AuditPosition;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function readCursor(text: string): Cursor {
  try {
    const { query, after } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Cursor;
    if (typeof query === 'string' && Number.isSafeInteger(after.at) && UUID.test(after.id)) return { query, after };
  } catch {
    // falls through to the refusal
  }
  throw new ServerError('parameter-invalid', 'This "more" address is not one of ours.', { field: 'more' });
}
