import { FRAME_PROTOCOL, type Hello } from './protocol.js';

/** Who opened the frame, as its address says: `#player=<origin>&channel=<uuid>`. */
export interface Embedder {
  readonly origin: string;
  readonly channel: string;
}

/**
 * Reads the embedder from the frame's address and holds it against what the browser knows of the page above.
 * @returns `undefined` where the frame was opened by nobody, or by someone else than it says
 */
export function embedderOf(view: Window): Embedder | undefined {
  if (view.parent === view) return undefined;
  const parameters = new URLSearchParams(view.location.hash.slice(1));
  const origin = originOf(parameters.get('player') ?? '');
  const channel = parameters.get('channel');
  if (!origin || !channel) return undefined;
  // Firefox has no ancestorOrigins; a page may send no referrer. The handshake itself proves the origin in any case.
  const above = view.location.ancestorOrigins?.[0] ?? originOf(view.document.referrer);
  return above !== undefined && above !== origin ? undefined : { origin, channel };
}

function originOf(url: string): string | undefined {
  try {
    const { origin } = new URL(url);
    return origin === 'null' ? undefined : origin;
  } catch {
    return undefined;
  }
}

/** Says hello to the player and waits for its port. Words from anyone else, or to another channel, are not heard. */
export function meetPlayer(view: Window, { origin, channel }: Embedder): Promise<MessagePort> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent<unknown>): void => {
      if (event.source !== view.parent || event.origin !== origin || !isHello(event.data, 'player', channel)) return;
      const [port] = event.ports;
      if (!port) return;
      view.removeEventListener('message', listen);
      resolve(port);
    };
    view.addEventListener('message', listen);
    view.parent.postMessage({ lectern: 'frame', version: FRAME_PROTOCOL, channel } satisfies Hello, origin);
  });
}

/** Whether a message is the other side's hello on this channel. */
export function isHello(data: unknown, from: Hello['lectern'], channel: string): data is Hello {
  const hello = data as Partial<Hello> | null;
  return typeof hello === 'object' && hello !== null && hello.lectern === from && hello.channel === channel;
}
