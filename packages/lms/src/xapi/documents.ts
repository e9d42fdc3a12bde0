import type { Agent, DocumentKey, StateContent } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { documentName, isLearnerPreferences, isObject, isProfile } from '../outbox/record.js';
import type { Settle, Transport } from '../outbox/transport.js';
import { isHtml, parseJson, type Http, type HttpResponse } from './http.js';

export interface DocumentTransportOptions {
  readonly http: Http;
  /** Absolute, with a slash at the end. */
  readonly base: string;
  readonly actor: Agent;
  /** UUID. */
  readonly registration: string;
  readonly versionHeader: Readonly<Record<string, string>>;
}

/** A document as it was found; `null`: there was none. Without an ETag nobody can say which version it is. */
interface Version {
  readonly content: StateContent | null;
  readonly etag?: string;
}

/** How often a document is replaced again when another writer was faster. */
const ATTEMPTS = 3;

/**
 * State, activity profile and agent profile documents (xAPI Communication 2.3, 2.6, 2.7). Not through `@xapi/xapi`: resuming waits for this, so it must not
 * wait for 17 KiB of client; and the client cannot say keepalive.
 */
export function createDocumentTransport(options: DocumentTransportOptions): Pick<Transport, 'sendDocument' | 'loadDocument'> {
  const { http, base, actor, registration, versionHeader } = options;
  const jsonHeaders = { ...versionHeader, 'Content-Type': 'application/json' };
  const versions = new Map<string, Version>();

  function urlOf(key: DocumentKey): string {
    const agent = JSON.stringify(actor);
    if (!isProfile(key)) return `${base}activities/state?${new URLSearchParams({ activityId: key.activityId, agent, registration, stateId: key.stateId })}`;
    const { activityId, profileId } = key;
    if (activityId === undefined) return `${base}agents/profile?${new URLSearchParams({ agent, profileId })}`;
    return `${base}activities/profile?${new URLSearchParams({ activityId, profileId })}`;
  }

  function know(key: DocumentKey, version: Version | undefined): void {
    const name = documentName(key);
    if (version && (version.etag !== undefined || version.content === null)) versions.set(name, version);
    else versions.delete(name);
  }

  async function find(key: DocumentKey, timeout?: number): Promise<Version> {
    know(key, undefined);
    let response: HttpResponse;
    try {
      response = await http({ method: 'GET', url: urlOf(key), headers: versionHeader, ...(timeout === undefined ? {} : { timeout }) });
    } catch (error) {
      const status = error instanceof DeliveryError ? error.status : undefined;
      if (status === 403 && isLearnerPreferences(key)) return { content: null };
      if (status !== 404) throw error;
      const none: Version = { content: null };
      know(key, none);
      return none;
    }
    const content = parseJson(response);
    if (!isObject(content)) throw new DeliveryError('document-invalid', 'The document is not a JSON object.', { field: documentName(key) });
    const found: Version = { content, ...etagOf(response) };
    know(key, found);
    return found;
  }

  async function put(key: DocumentKey, content: StateContent, condition: Readonly<Record<string, string>>, keepalive: boolean): Promise<void> {
    const response = await http({ method: 'PUT', url: urlOf(key), headers: { ...jsonHeaders, ...condition }, body: JSON.stringify(content), keepalive });
    accept(key, content, response);
  }

  /** Whoever replaces a document says which version: it has seen what it replaces (xAPI Communication 3.1, where a profile must be put so). */
  async function replace(key: DocumentKey, settle: Settle): Promise<StateContent> {
    for (let attempt = 1; ; attempt++) {
      const version = versions.get(documentName(key)) ?? (await find(key));
      const content = await settle(version.content);
      try {
        await put(key, content, conditionOf(version), false);
        return content;
      } catch (error) {
        know(key, undefined);
        const raced = error instanceof DeliveryError && (error.status === 412 || error.status === 409);
        if (!raced) throw error;
        // Someone writes faster than we do. That is a busy LRS, not a bad document.
        if (attempt >= ATTEMPTS) throw new DeliveryError('busy', 'Another writer keeps changing the document.', { cause: error });
      }
    }
  }

  /** Nothing may be awaited before the request is out. What cannot be decided without a look waits for the next visit. */
  async function replaceNow(key: DocumentKey, settle: Settle, blindly: StateContent | undefined): Promise<StateContent> {
    const version = versions.get(documentName(key));
    const content = version ? settle(version.content) : blindly;
    if (content === undefined || content instanceof Promise) {
      if (content) content.catch(() => undefined);
      throw new DeliveryError('closed', 'There is no time to look at what would be replaced.');
    }
    await put(key, content, version ? conditionOf(version) : {}, true);
    return content;
  }

  function accept(key: DocumentKey, content: StateContent | undefined, response: HttpResponse): void {
    know(key, undefined);
    if (isHtml(response.headers, response.text)) throw new DeliveryError('not-an-lrs', 'A page came back where a document was saved.');
    if (content) know(key, { content, ...etagOf(response) });
  }

  return {
    async sendDocument({ key, mode, content, policy = 'last-write-wins' }, { keepalive = false, settle }) {
      if (mode === 'merge') {
        const response = await http({ method: 'POST', url: urlOf(key), headers: jsonHeaders, body: JSON.stringify(content), keepalive });
        accept(key, undefined, response);
        return undefined;
      }
      if (!keepalive) return replace(key, settle);
      return replaceNow(key, settle, isProfile(key) || policy !== 'last-write-wins' ? undefined : content);
    },
    async loadDocument(key, timeout) {
      return (await find(key, timeout)).content ?? undefined;
    },
  };
}

function etagOf({ headers }: HttpResponse): Pick<Version, 'etag'> {
  const etag = headers.get('ETag');
  return etag ? { etag } : {};
}

/** Where CORS hides the ETag, `*` still says that we replace something. */
function conditionOf({ content, etag }: Version): Record<string, string> {
  return content === null ? { 'If-None-Match': '*' } : { 'If-Match': etag ?? '*' };
}
