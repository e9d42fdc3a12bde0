import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { FaultCode } from './target.js';

export interface TargetAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface TargetRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
}

/** No answer that could be used, whatever the status. */
export class NoAnswer extends Error {
  constructor(readonly code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

export interface HttpClient {
  /** @throws NoAnswer */
  send(url: string, request: TargetRequest): Promise<TargetAnswer>;
  close(): void;
}

export interface HttpClientOptions {
  readonly lookup: LookupFunction;
  /** Milliseconds of a whole request. */
  readonly timeout: number;
}

/** Octets of an answer at most: ids of a batch are far fewer. */
const LONGEST_ANSWER = 1024 * 1024;
const MOST_REDIRECTS = 3;

/** A client with limits to everything, that goes to the host it was sent to and to no other. */
export function createHttpClient({ lookup, timeout }: HttpClientOptions): HttpClient {
  const agents = { 'http:': new HttpAgent({ keepAlive: true, maxFreeSockets: 4 }), 'https:': new HttpsAgent({ keepAlive: true, maxFreeSockets: 4 }) };

  function once(url: URL, { method, headers, body, signal }: TargetRequest): Promise<TargetAnswer> {
    const [start, agent] = url.protocol === 'https:' ? [httpsRequest, agents['https:']] : [httpRequest, agents['http:']];
    return new Promise((resolve, reject) => {
      const length = body ? { 'Content-Length': String(body.byteLength) } : {};
      const request = start(url, { method, agent, lookup, signal, headers: { ...headers, ...length, 'Accept-Encoding': 'identity' } }, (response) => {
        collect(response).then((answer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }), reject);
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        // A kept connection that the target had just closed: nothing was answered, and a statement told twice is told once.
        if (request.reusedSocket && error.code === 'ECONNRESET') once(url, { method, headers, ...(body ? { body } : {}), signal }).then(resolve, reject);
        else reject(error);
      });
      request.end(body);
    });
  }

  return {
    async send(address, request) {
      const deadline = AbortSignal.timeout(timeout);
      const bounded = { ...request, signal: AbortSignal.any([request.signal, deadline]) };
      try {
        let url = new URL(address);
        for (let hops = 0; ; hops++) {
          const answer = await once(url, bounded);
          // 301 to 303 would turn a POST into a GET; 307 and 308 keep it.
          if (answer.status < 300 || answer.status > 399) return answer;
          const next = nextHop(url, answer);
          if (!next || hops === MOST_REDIRECTS) throw new NoAnswer('redirected', `The target sends elsewhere (${answer.status}); set the endpoint to where it is.`);
          url = next;
        }
      } catch (cause) {
        if (cause instanceof NoAnswer) throw cause;
        if (deadline.aborted) throw new NoAnswer('timeout', `The target did not answer within ${timeout / 1000} s.`, { cause });
        const code = (cause as NodeJS.ErrnoException).code;
        if (code === 'EADDRREFUSED') throw new NoAnswer('address-refused', 'The target’s name points into a private network; LECTERN_FORWARD_ALLOW must name it.', { cause });
        throw new NoAnswer('unreachable', `The target cannot be reached (${code ?? 'broken off'}).`, { cause });
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** Only on the same origin: another would be handed the credentials and the statements. */
function nextHop(url: URL, { status, headers }: TargetAnswer): URL | undefined {
  const location = headers['location'];
  if ((status !== 307 && status !== 308) || typeof location !== 'string' || !URL.canParse(location, url.href)) return undefined;
  const next = new URL(location, url);
  return next.origin === url.origin ? next : undefined;
}

async function collect(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > LONGEST_ANSWER) {
      response.destroy();
      throw new NoAnswer('answer-too-large', `The target’s answer is longer than ${LONGEST_ANSWER} octets.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
