import type { KeptStore } from '../offline/kept-store.js';

/** What of a `fetch` event is used here. */
export interface Asking {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

/** Answers with what is kept; all else is the network's. */
export function serveKept(asking: Asking, store: KeptStore): void {
  const { request } = asking;
  if (request.method !== 'GET' && request.method !== 'HEAD') return;
  asking.respondWith(
    store
      .answer(request)
      .catch(() => undefined)
      .then(async (kept) => kept ?? (await fetch(request).catch(async (error: unknown) => (await store.answer(request, 'fallback')) ?? Promise.reject(error as Error)))),
  );
}
