import type { Agent } from '@lectern/core';
import type { XapiVersion } from '@lectern/core/statement/validate';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { Transport } from '../outbox/transport.js';
import { createAdapter } from './adapter.js';
import { createDocumentTransport } from './documents.js';
import { parseJson, type Http, type HttpResponse } from './http.js';
import { isSameStatement } from './same-statement.js';

export interface XapiTransportOptions {
  readonly http: Http;
  /** Absolute, with or without a slash at the end. */
  readonly endpoint: string;
  readonly actor: Agent;
  /** UUID. */
  readonly registration: string;
  readonly version: XapiVersion;
}

/** Statements and documents to and from an LRS. Statements go through `@xapi/xapi` with our adapter, but where a comment says why not. */
export function createXapiTransport({ http, endpoint, actor, registration, version }: XapiTransportOptions): Transport {
  const base = endpoint.endsWith('/') ? endpoint : `${endpoint}/`;
  const versionHeader = { 'X-Experience-API-Version': version };
  const jsonHeaders = { ...versionHeader, 'Content-Type': 'application/json' };

  let client: ReturnType<typeof createClient> | undefined;

  /** Loaded with the first record that leaves: nothing that a learner waits for needs it. */
  async function createClient() {
    const { default: module } = await import('@xapi/xapi');
    return new module.default({ endpoint: base, auth: '-', adapter: createAdapter(http, versionHeader) as never });
  }

  async function xapi() {
    client ??= createClient();
    try {
      return await client;
    } catch (cause) {
      client = undefined;
      throw new DeliveryError('network', 'The LRS client could not be loaded.', { cause });
    }
  }

  return {
    async sendStatements(bodies, ids, { keepalive = false } = {}) {
      // A page that is being left cannot wait for the client, which cannot say keepalive either.
      const response = keepalive
        ? await http({ method: 'POST', url: `${base}statements`, headers: jsonHeaders, body: `[${bodies.join(',')}]`, keepalive })
        : ((await (await xapi()).sendStatements({ statements: bodies.map((body) => JSON.parse(body) as never) })).data as unknown as HttpResponse);
      checkStored(parseJson(response), ids);
    },
    async findStatement(id) {
      try {
        const { data } = await (await xapi()).getStatement({ statementId: id });
        return parseJson(data as unknown as HttpResponse);
      } catch (error) {
        // None, or voided (404); or a token that may write and not read (401, 403).
        if (error instanceof DeliveryError && (error.code === 'not-found' || error.code === 'unauthorized')) return undefined;
        throw error;
      }
    },
    ...createDocumentTransport({ http, base, actor, registration, versionHeader }),
    giveUp: http.giveUp,
    isSame: isSameStatement,
  };
}

/**
 * An LRS answers with the ids of what it stored (xAPI Communication 2.1.2). Anything else with a 200 is not one, and has stored nothing.
 * @throws DeliveryError `not-an-lrs`
 */
function checkStored(answer: unknown, ids: readonly string[]): void {
  const stored = Array.isArray(answer) ? new Set(answer.map((id) => String(id).toLowerCase())) : undefined;
  const missing = ids.find((id) => !stored?.has(id.toLowerCase()));
  if (missing === undefined) return;
  throw new DeliveryError('not-an-lrs', 'The answer does not name the statements that were sent.', { field: missing });
}
