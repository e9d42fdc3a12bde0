import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A file that is never all there: its bytes are made when they are asked for. */
export interface MadeFile {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}

export interface ByteServer {
  readonly url: string;
  /** Body bytes that were written to sockets. */
  readonly sent: number;
  /** Answers that have begun and not ended. */
  readonly open: number;
  readonly requests: readonly { readonly method: string; readonly range: string | undefined; readonly ifRange: string | undefined }[];
  etag: string;
  /** Answers in parts. */
  ranges: boolean;
  file: MadeFile;
  /** Called for each request; a status ends it with that. */
  fault: ((index: number) => number | 'cut' | undefined) | undefined;
  /** An answer stops after so many bytes, and goes on when nobody reads any more. */
  pauseAt: number | undefined;
  close(): Promise<void>;
}

export const madeOf = (bytes: Uint8Array): MadeFile => ({ size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) });

const CHUNK = 64 * 1024;

/** A server that counts, and that falters on demand. */
export async function serveBytes(file: MadeFile, { port = 0, exposed = true } = {}): Promise<ByteServer> {
  const state = { sent: 0, open: 0, requests: [] as { method: string; range: string | undefined; ifRange: string | undefined }[] };
  const api = { etag: '"1"', ranges: true, file, fault: undefined as ByteServer['fault'], pauseAt: undefined as number | undefined };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { range, 'if-range': ifRange } = request.headers as { range?: string; 'if-range'?: string };
    state.requests.push({ method: request.method!, range, ifRange });
    const fault = api.fault?.(state.requests.length - 1);
    response.setHeader('access-control-allow-origin', '*');
    if (exposed) response.setHeader('access-control-expose-headers', 'content-range, etag, content-length');
    if (typeof fault === 'number') return void response.writeHead(fault).end();
    if (request.method === 'OPTIONS') return void response.writeHead(204, { 'access-control-allow-headers': 'range' }).end();
    const { size } = api.file;
    const match = api.ranges && (ifRange === undefined || ifRange === api.etag) ? /^bytes=(\d+)-(\d*)$/.exec(range ?? '') : null;
    const start = match ? Number(match[1]) : 0;
    const end = match?.[2] ? Math.min(Number(match[2]), size - 1) : size - 1;
    const head = { etag: api.etag, 'content-type': 'application/octet-stream', 'content-length': end - start + 1, ...(api.ranges ? { 'accept-ranges': 'bytes' } : {}) };
    if (match && start >= size) return void response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
    response.writeHead(match ? 206 : 200, match ? { ...head, 'content-range': `bytes ${start}-${end}/${size}` } : head);
    if (request.method === 'HEAD') return void response.end();
    state.open += 1;
    let goOn = (): void => undefined;
    response.on('drain', () => goOn());
    response.once('close', () => {
      state.open -= 1;
      goOn();
    });
    for (let at = start; at <= end && !response.destroyed; at += CHUNK) {
      const bytes = api.file.read(at, Math.min(CHUNK, end - at + 1));
      if (fault === 'cut' && at > start) return void response.destroy();
      if (api.pauseAt !== undefined && at - start >= api.pauseAt) await new Promise<void>((resolve) => { response.once('close', resolve); });
      state.sent += bytes.length;
      if (!response.write(bytes)) await new Promise<void>((resolve) => (goOn = resolve));
    }
    response.end();
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  return Object.defineProperties(api, {
    url: { value: `http://127.0.0.1:${(server.address() as AddressInfo).port}/package` },
    requests: { value: state.requests },
    sent: { get: () => state.sent },
    open: { get: () => state.open },
    close: {
      async value() {
        server.closeAllConnections();
        await new Promise((resolve) => { server.close(resolve); });
      },
    },
  }) as unknown as ByteServer;
}
