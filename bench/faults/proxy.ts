/** Stands between a learner's page and the real LRS, and does to its requests what networks and servers do. Loopback only. */
import { once } from 'node:events';
import { Agent, createServer, request as send, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers that the LRS does not give, by status. */
const STATUSES = [400, 401, 403, 404, 405, 409, 412, 413, 429, 500, 502, 503] as const;

const OTHERS = [
  /** Nothing comes back, and nothing was stored. */
  'hang',
  /** Nothing comes back, though it was stored. */
  'stored, then hang',
  'reset',
  'stored, then reset',
  /** The connection ends in the middle of the answer. */
  'stored, answer broken off',
  /** A whole answer, half of its text. */
  'stored, answer cut short',
  'stored, then 502',
  /** A sign-in page with 200. */
  'captive portal',
] as const;

type HttpFault = `${(typeof STATUSES)[number]}` | (typeof OTHERS)[number];

export const HTTP_FAULTS: readonly HttpFault[] = [...STATUSES.map((status) => `${status}` as const), ...OTHERS];

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ProxyOptions {
  /** The LRS's server. */
  readonly target: string;
  readonly random: () => number;
  /** How likely a request meets a fault, from 0 to 1. */
  readonly chance: number;
  readonly onFault: (fault: HttpFault) => void;
  /** The LRS has answered 200 for these, whether or not the page hears of it. */
  readonly onStored: (ids: readonly string[], keepalive: boolean) => void;
}

export interface FaultyProxy {
  readonly url: string;
  /** While true, it passes everything on. */
  calm: boolean;
  /** Ends every connection, as a pulled cable would. */
  cut(): void;
  close(): Promise<void>;
}

const CORS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'ETag, Retry-After' };

export async function startFaultyProxy({ target, random, chance, onFault, onStored }: ProxyOptions): Promise<FaultyProxy> {
  const agent = new Agent({ keepAlive: true });
  let deck: HttpFault[] = [];
  /** Every fault comes as often as any other, in an order of its own. */
  const next = (): HttpFault => {
    if (deck.length === 0) deck = [...HTTP_FAULTS].sort(() => random() - 0.5);
    return deck.pop()!;
  };

  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    void serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', target);
    const keepalive = url.searchParams.has('keepalive');
    url.searchParams.delete('keepalive');
    const body = await bodyOf(request);
    const ids = request.method === 'POST' && url.pathname.endsWith('/statements') ? idsIn(body) : [];
    const pass = async (): Promise<Answer> => {
      const answer = await forward(request, url, body, agent);
      if (answer.status === 200 && ids.length > 0) onStored(ids, keepalive);
      return answer;
    };
    if (proxy.calm || request.method === 'OPTIONS' || random() >= chance) return end(response, await pass());
    const fault = next();
    onFault(fault);
    await strike(fault, response, pass);
  }

  async function strike(fault: HttpFault, response: ServerResponse, pass: () => Promise<Answer>): Promise<void> {
    switch (fault) {
      case 'hang':
        return;
      case 'reset':
        return void response.socket?.resetAndDestroy();
      case 'captive portal':
        return end(response, { status: 200, headers: { ...CORS, 'content-type': 'text/html' }, body: Buffer.from('<!doctype html><title>Sign in</title>') });
      case 'stored, then hang':
        return void (await pass());
      case 'stored, then reset':
        await pass();
        return void response.socket?.resetAndDestroy();
      case 'stored, answer broken off': {
        const { status, headers, body } = await pass();
        response.writeHead(status, { ...headers, 'content-length': body.length + 100 });
        return void response.write(body, () => response.socket?.destroy());
      }
      case 'stored, answer cut short': {
        const { status, headers, body } = await pass();
        return end(response, { status, headers, body: body.subarray(0, body.length / 2) });
      }
      case 'stored, then 502':
        await pass();
        return end(response, { status: 502, headers: {}, body: Buffer.from('Bad Gateway') });
      default: {
        // A gateway in between knows nothing of CORS: the page cannot read such an answer.
        const headers = random() < 0.8 ? { ...CORS, ...(fault === '429' || fault === '503' ? { 'retry-after': random() < 0.5 ? '0' : '1' } : {}) } : {};
        return end(response, { status: Number(fault), headers, body: Buffer.from(`{"fault":${fault}}`) });
      }
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calm: false,
    cut: () => server.closeAllConnections(),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
  return proxy;
}

async function bodyOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function idsIn(body: Buffer): string[] {
  const statements = [JSON.parse(body.toString()) as { id: string } | { id: string }[]].flat();
  return statements.map(({ id }) => id);
}

async function forward(request: IncomingMessage, url: URL, body: Buffer, agent: Agent): Promise<Answer> {
  const { host: _host, connection: _connection, 'accept-encoding': _encoding, ...headers } = request.headers;
  const onward = send(url, { method: request.method ?? 'GET', headers, agent });
  onward.end(body);
  const [answer] = (await once(onward, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await bodyOf(answer) };
}

function end(response: ServerResponse, { status, headers, body }: Answer): void {
  const { connection: _connection, 'keep-alive': _keepAlive, 'transfer-encoding': _encoding, 'content-length': _length, ...rest } = headers;
  response.writeHead(status, { ...rest, 'content-length': body.length }).end(body);
}
