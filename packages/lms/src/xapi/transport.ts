import type { Agent, StateContent, StateKey } from '@lectern/core';
import type { XapiVersion } from '@lectern/core/statement/validate';
import { DeliveryError } from '../outbox/delivery-error.js';
import { isObject, stateName, type StateSave } from '../outbox/record.js';
import type { Transport } from '../outbox/transport.js';
import { createAdapter } from './adapter.js';
import { isHtml, parseJson, type Http, type HttpResponse } from './http.js';
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

/** How often a document is replaced again when another writer was faster. */
const ATTEMPTS = 3;

/** Statements and documents to and from an LRS. Calls go through `@xapi/xapi` with our adapter, but where a comment says why not. */
export function createXapiTransport({ http, endpoint, actor, registration, version }: XapiTransportOptions): Transport {
  const base = endpoint.endsWith('/') ? endpoint : `${endpoint}/`;
  const versionHeader = { 'X-Experience-API-Version': version };
  const jsonHeaders = { ...versionHeader, 'Content-Type': 'application/json' };
  const etags = new Map<string, string>();

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

  function stateUrl({ activityId, stateId }: StateKey): string {
    const query = new URLSearchParams({ activityId, agent: JSON.stringify(actor), registration, stateId });
    return `${base}activities/state?${query}`;
  }

  /** Not through `@xapi/xapi`: resuming waits for this call, so it must not wait for 17 KiB of client. */
  async function getDocument(key: StateKey, timeout?: number): Promise<HttpResponse | undefined> {
    try {
      const response = await http({ method: 'GET', url: stateUrl(key), headers: versionHeader, ...(timeout === undefined ? {} : { timeout }) });
      const etag = response.headers.get('ETag');
      if (etag) etags.set(stateName(key), etag);
      else etags.delete(stateName(key));
      return response;
    } catch (error) {
      if (!(error instanceof DeliveryError && error.status === 404)) throw error;
      etags.delete(stateName(key));
      return undefined;
    }
  }

  /** The last writer wins, but knowingly: it has seen what it replaces (xAPI Communication 3.1). */
  async function replace({ key, content }: StateSave): Promise<void> {
    const name = stateName(key);
    const client = await xapi();
    for (let attempt = 1; ; attempt++) {
      let etag = etags.get(name);
      if (etag === undefined) {
        // Where CORS hides the ETag, `*` still says that we replace something.
        etag = (await getDocument(key)) ? (etags.get(name) ?? '*') : undefined;
      }
      const condition = etag === undefined ? { etag: '*', matchHeader: 'If-None-Match' as const } : { etag, matchHeader: 'If-Match' as const };
      try {
        const { data } = await client.setState({
          agent: actor as never,
          activityId: key.activityId,
          stateId: key.stateId,
          registration,
          state: content as never,
          contentType: 'application/json',
          ...condition,
        });
        accept(name, data as unknown as HttpResponse);
        return;
      } catch (error) {
        etags.delete(name);
        const raced = error instanceof DeliveryError && (error.status === 412 || error.status === 409);
        if (!raced) throw error;
        // Someone writes faster than we do. That is a busy LRS, not a bad document.
        if (attempt >= ATTEMPTS) throw new DeliveryError('busy', 'Another writer keeps changing the document.', { cause: error });
      }
    }
  }

  function accept(name: string, response: HttpResponse): void {
    if (isHtml(response.headers, response.text)) throw new DeliveryError('not-an-lrs', 'A page came back where a document was saved.');
    const etag = response.headers.get('ETag');
    if (etag) etags.set(name, etag);
    else etags.delete(name);
  }

  /** Not through `@xapi/xapi`: it cannot say keepalive, and here nothing may be awaited before the request is out. */
  async function sendDocumentNow({ key, mode, content }: StateSave): Promise<void> {
    const etag = etags.get(stateName(key));
    const response = await http({
      method: mode === 'merge' ? 'POST' : 'PUT',
      url: stateUrl(key),
      headers: mode === 'replace' && etag !== undefined ? { ...jsonHeaders, 'If-Match': etag } : jsonHeaders,
      body: JSON.stringify(content),
      keepalive: true,
    });
    accept(stateName(key), response);
  }

  return {
    async sendStatements(bodies, ids, { keepalive = false } = {}) {
      // As for documents: a page that is being left cannot wait for the client.
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
    async sendDocument(save, { keepalive = false } = {}) {
      if (keepalive) return sendDocumentNow(save);
      if (save.mode === 'replace') return replace(save);
      const { activityId, stateId } = save.key;
      const client = await xapi();
      const { data } = await client.createState({ agent: actor as never, activityId, stateId, registration, state: save.content as never });
      accept(stateName(save.key), data as unknown as HttpResponse);
    },
    async loadDocument(key, timeout): Promise<StateContent | undefined> {
      const response = await getDocument(key, timeout);
      if (!response) return undefined;
      const content = parseJson(response);
      if (!isObject(content)) throw new DeliveryError('document-invalid', 'The state document is not a JSON object.', { field: key.stateId });
      return content;
    },
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

