import type { OutcomeReport, StateKey } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';
import { isHtml, parseJson, type Http, type HttpRequest, type HttpResponse } from '../xapi/http.js';
import type { Platform } from '../platform/platform.js';

const JSON_BODY = { 'Content-Type': 'application/json' };

/**
 * A platform by the REST contract of `fetch-plugin.openapi.json`.
 * @param base absolute, without a slash at the end
 */
export function createRestPlatform(http: Http, base: string, registration: string): Platform {
  const at = (path: string, query: Readonly<Record<string, string>>): string => `${base}/${path}?${new URLSearchParams({ registration, ...query })}`;
  const documentAt = ({ activityId, stateId }: StateKey): string => at('documents', { activityId, stateId });
  const send = (method: 'POST' | 'PUT', url: string, body: string, keepalive: boolean): Promise<HttpResponse> => http({ method, url, headers: JSON_BODY, body, keepalive });

  return {
    giveUp: http.giveUp,
    async store(statements, _ids, keepalive) {
      const answer = parseJson(await send('POST', at('statements', {}), `[${statements.join(',')}]`, keepalive));
      const stored = isObject(answer) ? answer['stored'] : undefined;
      return Array.isArray(stored) ? (stored as unknown[]) : [];
    },
    async load(key, timeout) {
      const request: HttpRequest = { method: 'GET', url: documentAt(key), ...(timeout === undefined ? {} : { timeout }) };
      let response: HttpResponse;
      try {
        response = await http(request);
      } catch (error) {
        if (error instanceof DeliveryError && error.status === 404) return undefined;
        throw error;
      }
      if (response.status === 204) return undefined;
      const content = parseJson(response);
      if (!isObject(content)) throw new DeliveryError('document-invalid', 'The document is not a JSON object.', { field: key.stateId });
      return content;
    },
    async save(key, content, mode, keepalive) {
      taken(await send(mode === 'merge' ? 'POST' : 'PUT', documentAt(key), JSON.stringify(content), keepalive));
    },
    async report(outcome: OutcomeReport, keepalive) {
      taken(await send('PUT', at('outcomes', {}), JSON.stringify(outcome), keepalive));
    },
  };
}

/** A sign-in page with a 200 has kept nothing. */
function taken({ headers, text }: HttpResponse): void {
  if (isHtml(headers, text)) throw new DeliveryError('not-an-lrs', 'A page came back where something was saved.');
}
