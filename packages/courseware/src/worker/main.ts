import type { Asked } from './find-package.js';
import { KeptStore } from '../offline/kept-store.js';
import { serveKept } from './serve-kept.js';
import { servePackage, type ServePackageOptions } from './serve-package.js';

/** What of a service worker's global scope is used here: TypeScript has it in a library that does not go with the page's. */
interface Worker {
  readonly registration: { readonly scope: string };
  readonly location: { readonly href: string };
  readonly clients: { claim(): Promise<void>; matchAll(options: { readonly type: 'window'; readonly includeUncontrolled: boolean }): Promise<readonly (Asked & { readonly url: string })[]> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install', listen: () => void): void;
  addEventListener(type: 'activate', listen: (event: Pick<FetchEvent, 'waitUntil'>) => void): void;
  addEventListener(type: 'fetch', listen: (event: FetchEvent) => void): void;
}

export interface FetchEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
  waitUntil(done: Promise<unknown>): void;
}

/**
 * The content origin's worker, registered twice. Below `packages/` it serves the files of packages that players have open: it has none of its own and reaches no
 * network for them; the player at the other end of a port reads them out of the package. For the whole origin it answers with what learners keep for times
 * without a network, and leaves all else to the network.
 */
const worker = globalThis as unknown as Worker;
const { scope } = worker.registration;
const frame = new URL('./', worker.location.href).href;

const options: ServePackageOptions = {
  scope,
  windows: async () => (await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })).filter(({ url }) => url.startsWith(frame) && !url.startsWith(scope)),
  policy: async () => (await fetch(frame, { method: 'HEAD' })).headers.get('content-security-policy') ?? undefined,
};

const store = new KeptStore();

// A new version serves from its first request on: what it serves comes from the page either way.
worker.addEventListener('install', () => void worker.skipWaiting());
// What is open already is served from here on: a course that is kept while it is open can be gone on with when the network goes.
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('fetch', (event) => {
  if (!scope.startsWith(frame)) {
    serveKept(event, store);
    return;
  }
  const served = servePackage(event.request, options);
  if (!served) return;
  event.respondWith(served.response);
  event.waitUntil(served.done);
});
