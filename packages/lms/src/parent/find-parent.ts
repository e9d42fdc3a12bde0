import { newUuid } from '@lectern/core';
import { PROTOCOL_VERSION, readWelcome, type Hello } from './protocol.js';

/** Milliseconds between two tries: the page around this one may still be loading what answers. */
const AGAIN = 200;

/** The page around this one, on the other side of a port. */
export interface FoundParent {
  readonly port: MessagePort;
  readonly origin: string;
}

/**
 * Says hello to the page around this one, at each of the origins it may have, until it answers or `patience` is over.
 * @param origins as `MessageEvent.origin` has them
 * @param patience milliseconds
 */
export function findParent(view: Window, origins: readonly string[], patience: number): Promise<FoundParent | undefined> {
  const around = view.parent;
  const possible = possibleOrigins(view, origins);
  if (around === view || possible.length === 0) return Promise.resolve(undefined);
  const nonce = newUuid();
  const hello: Hello = { lectern: 'hello', versions: [PROTOCOL_VERSION], nonce };
  return new Promise((resolve) => {
    const settle = (found: FoundParent | undefined): void => {
      view.removeEventListener('message', hear);
      view.clearInterval(timer);
      view.clearTimeout(end);
      resolve(found);
    };
    const hear = (event: MessageEvent): void => {
      const [port] = event.ports;
      if (event.source !== around || !possible.includes(event.origin) || !port || !readWelcome(event.data, nonce)) return;
      settle({ port, origin: event.origin });
    };
    const say = (): void => {
      // To a page of another origin the browser hands over nothing.
      for (const origin of possible) around.postMessage(hello, origin);
    };
    view.addEventListener('message', hear);
    const timer = view.setInterval(say, AGAIN);
    const end = view.setTimeout(() => settle(undefined), patience);
    say();
  });
}

/** Where the browser says who is around, nobody else is asked. */
export function possibleOrigins(view: Window, origins: readonly string[]): readonly string[] {
  const { ancestorOrigins } = view.location as Location & { readonly ancestorOrigins?: DOMStringList };
  const around = ancestorOrigins?.[0];
  return around === undefined ? origins : origins.filter((origin) => origin === around);
}
