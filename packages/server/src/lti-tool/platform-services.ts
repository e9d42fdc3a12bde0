import * as oauth from 'oauth4webapi';
import { NoAnswer, type HttpClient, type TargetAnswer } from '../forwarding/http-client.js';
import type { PlatformKeys } from '../lti-platform/platform-keys.js';
import type { Platform } from './platform.js';

/** A platform's service that does not answer as it should. */
export class ServiceFault extends Error {
  /** @param status of the answer; 0: there was none */
  constructor(readonly status: number, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

export interface ServiceRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly scope: string;
  readonly accept: string;
  readonly contentType?: string;
  readonly body?: unknown;
}

/** A platform's services (AGS, NRPS), asked with tokens that this tool's key is shown for (Security Framework 1.1, 4.1). */
export interface PlatformServices {
  /** @throws ServiceFault */
  ask(platform: Platform, request: ServiceRequest): Promise<TargetAnswer>;
}

/** Seconds before a token ends at which another is got. */
const EARLY = 30;
/** Milliseconds. */
const TIMEOUT = 15_000;

export function createPlatformServices(client: HttpClient, keys: PlatformKeys): PlatformServices {
  const known = new Map<string, { readonly token: string; readonly until: number }>();

  const send: typeof fetch = async (input, init = {}) => {
    const request = new Request(input, init);
    const body = new Uint8Array(await request.arrayBuffer());
    const answer = await client.send(request.url, { method: request.method as 'POST', headers: Object.fromEntries(request.headers), body, signal: AbortSignal.timeout(TIMEOUT) });
    return new Response(new Uint8Array(answer.body), { status: answer.status, headers: { 'Content-Type': String(answer.headers['content-type'] ?? '') } });
  };

  async function tokenFor(platform: Platform, scope: string): Promise<string> {
    const name = `${platform.id} ${scope}`;
    const kept = known.get(name);
    if (kept && kept.until > Date.now()) return kept.token;
    const { kid, key } = await keys.signer();
    const server: oauth.AuthorizationServer = { issuer: platform.issuer, token_endpoint: platform.tokenUrl };
    const asking: oauth.Client = { client_id: platform.clientId };
    const identify = oauth.PrivateKeyJwt({ key, kid }, { [oauth.modifyAssertion]: (_header, payload) => void (payload.aud = platform.tokenAudience ?? platform.tokenUrl) });
    try {
      // The guard of the client has judged the address already: http is for this machine and hosts that were named.
      const response = await oauth.clientCredentialsGrantRequest(server, asking, identify, { scope }, { [oauth.customFetch]: send, [oauth.allowInsecureRequests]: true });
      const { access_token: token, expires_in: lifetime = 60 } = await oauth.processClientCredentialsResponse(server, asking, response);
      if (known.size > 10_000) known.clear();
      known.set(name, { token, until: Date.now() + Math.max(0, lifetime - EARLY) * 1000 });
      return token;
    } catch (cause) {
      throw toFault(cause, 'token');
    }
  }

  return {
    async ask(platform, { method, url, scope, accept, contentType, body }) {
      const once = async (): Promise<TargetAnswer> => {
        const token = await tokenFor(platform, scope);
        const headers = { Authorization: `Bearer ${token}`, Accept: accept, ...(contentType === undefined ? {} : { 'Content-Type': contentType }) };
        try {
          return await client.send(url, { method, headers, ...(body === undefined ? {} : { body: new TextEncoder().encode(JSON.stringify(body)) }), signal: AbortSignal.timeout(TIMEOUT) });
        } catch (cause) {
          throw toFault(cause, 'service');
        }
      };
      let answer = await once();
      if (answer.status === 401 && known.delete(`${platform.id} ${scope}`)) answer = await once(); // taken back before its time
      if (answer.status < 200 || answer.status > 299) throw new ServiceFault(answer.status, `The platform’s service answers ${answer.status}: ${textOf(answer).slice(0, 300)}`);
      return answer;
    },
  };
}

const textOf = ({ body }: TargetAnswer): string => body.toString('utf8').replace(/\s+/g, ' ');

function toFault(cause: unknown, what: 'token' | 'service'): ServiceFault {
  if (cause instanceof ServiceFault) return cause;
  if (cause instanceof NoAnswer) return new ServiceFault(0, `The platform’s ${what} address does not answer: ${cause.message}`, { cause });
  if (cause instanceof oauth.ResponseBodyError) return new ServiceFault(cause.status, `The platform gives no token: ${cause.error}${cause.error_description ? ` (${cause.error_description.slice(0, 300)})` : ''}`, { cause });
  const status = cause instanceof oauth.OperationProcessingError && cause.cause instanceof Response ? cause.cause.status : 0;
  return new ServiceFault(status, `The platform’s ${what} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
