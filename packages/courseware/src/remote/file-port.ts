/** What the content origin's worker asks of a package, over a port whose other end the player holds. */
export interface FileRequest {
  /** Below the package's root; slashes. */
  readonly path: string;
  readonly method: 'GET' | 'HEAD';
  /** The `Range` header, where there is one. */
  readonly range?: string;
}

/** What the player says on the port: the head first, then a chunk for each `pull`, then `end`. */
export type FileAnswer =
  | { readonly type: 'head'; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: boolean }
  | { readonly type: 'chunk'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'end' }
  | { readonly type: 'error'; readonly message: string };

/** What the worker says. */
export type FileDemand = 'pull' | 'cancel';

/** A file as it is answered. */
export interface FileResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: no body. */
  readonly body?: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
}

/** Answers one request over a port: chunk by chunk, as the other side asks for them, so that nothing is read that nobody waits for. */
async function answerOnPort(port: MessagePort, respond: (signal: AbortSignal) => Promise<FileResponse>): Promise<void> {
  const stop = new AbortController();
  const say = (answer: FileAnswer, transfer: Transferable[] = []): void => port.postMessage(answer, transfer);
  const end = (answer?: FileAnswer): void => {
    if (answer) say(answer);
    port.close();
  };
  let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  port.addEventListener('message', ({ data }: MessageEvent<FileDemand>) => {
    if (data === 'cancel') {
      stop.abort(new DOMException('The content asked no further.', 'AbortError'));
      void reader?.cancel().catch(() => undefined);
      port.close();
    } else if (data === 'pull' && reader) {
      reader.read().then(
        ({ done, value }) => {
          if (done) return end({ type: 'end' });
          // A part of a larger buffer is copied: the rest of it is kept for others.
          const bytes = value.byteLength === value.buffer.byteLength ? value : value.slice();
          say({ type: 'chunk', bytes }, [bytes.buffer]);
        },
        (error: unknown) => end({ type: 'error', message: String(error).slice(0, 500) }),
      );
    }
  });
  port.start();
  try {
    const { status, headers, body } = await respond(stop.signal);
    reader = body?.getReader();
    say({ type: 'head', status, headers, body: reader !== undefined });
    if (!reader) end();
  } catch (error) {
    end({ type: 'error', message: String(error).slice(0, 500) });
  }
}

/** Waits for the request on a port that came from the worker, and answers it. */
export function serveOnPort(port: MessagePort, respond: (request: FileRequest, signal: AbortSignal) => Promise<FileResponse>): void {
  port.addEventListener('message', ({ data }: MessageEvent<FileRequest>) => void answerOnPort(port, (signal) => respond(data, signal)), { once: true });
  port.start();
}

/** The worker's side: a response made of what comes over the port. */
export function responseFromPort(port: MessagePort, request: FileRequest, extra: Readonly<Record<string, string>>): { readonly response: Promise<Response>; readonly done: Promise<void> } {
  let finish!: () => void;
  const done = new Promise<void>((resolve) => (finish = resolve));
  const demand = (words: FileDemand): void => port.postMessage(words);
  const response = new Promise<Response>((resolve) => {
    let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
    let waiting: (() => void) | undefined;
    const over = (): void => {
      waiting?.();
      port.close();
      finish();
    };
    port.addEventListener('message', ({ data }: MessageEvent<FileAnswer>) => {
      switch (data.type) {
        case 'head': {
          const body = data.body
            ? new ReadableStream<Uint8Array<ArrayBuffer>>(
                {
                  start: (own) => void (controller = own),
                  pull: () => new Promise<void>((resume) => {
                    waiting = resume;
                    demand('pull');
                  }),
                  cancel() {
                    demand('cancel');
                    over();
                  },
                },
                { highWaterMark: 0 },
              )
            : null;
          resolve(new Response(body, { status: data.status, headers: { ...data.headers, ...extra } }));
          if (!data.body) over();
          return;
        }
        case 'chunk':
          controller?.enqueue(data.bytes);
          waiting?.();
          return;
        case 'end':
          controller?.close();
          over();
          return;
        case 'error':
          if (controller) controller.error(new TypeError(data.message));
          else resolve(new Response(data.message, { status: 502, headers: { 'content-type': 'text/plain; charset=utf-8', ...extra } }));
          over();
      }
    });
    port.start();
    port.postMessage(request);
  });
  return { response, done };
}
