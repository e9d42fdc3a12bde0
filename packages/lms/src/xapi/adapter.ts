import type { Http, HttpRequest } from './http.js';

/** What `@xapi/xapi` hands to an adapter, and what it wants back (its `AdapterFunction`). */
interface AdapterRequest {
  readonly url: string;
  readonly method: string;
  readonly headers?: Record<string, unknown>;
  readonly data?: unknown;
}

interface AdapterResponse {
  readonly data: unknown;
  readonly headers: Record<string, string>;
  readonly status: number;
}

/**
 * Lets `@xapi/xapi` speak through our HTTP: a fresh token for each request, a time limit, our errors, and a version header of our choice
 * (3.0.3 knows none above 1.0.3).
 */
export function createAdapter(http: Http, versionHeader: Readonly<Record<string, string>>) {
  return async ({ url, method, headers = {}, data }: AdapterRequest): Promise<AdapterResponse> => {
    // It brings the Authorization it was made with, and its own version.
    const { Authorization: _authorization, 'X-Experience-API-Version': _version, ...rest } = headers as Record<string, string>;
    const response = await http({
      method: method as HttpRequest['method'],
      url,
      headers: { ...rest, ...versionHeader },
      ...(data === undefined ? {} : { body: typeof data === 'string' ? data : JSON.stringify(data) }),
    });
    return { data: response, headers: Object.fromEntries(response.headers), status: response.status };
  };
}
