import { readBundleFiles, readNames } from '../offline/bundle-files.js';
import { KeepError, writeKeepError } from '../offline/keep-error.js';
import { KeptStore } from '../offline/kept-store.js';
import type { FileList } from '../offline/file-list.js';
import type { PageQuestion } from '../offline/page-question.js';
import { serveKept, type Asking } from './serve-kept.js';

/** What of a service worker's global scope is used here: TypeScript has it in a library that does not go with the page's. */
interface Worker {
  readonly location: { readonly origin: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install', listen: () => void): void;
  addEventListener(type: 'activate', listen: (event: Pick<WorkerEvent, 'waitUntil'>) => void): void;
  addEventListener(type: 'fetch', listen: (event: Asking) => void): void;
  addEventListener(type: 'message', listen: (event: MessageEvent<PageQuestion | undefined> & WorkerEvent) => void): void;
}

interface WorkerEvent {
  waitUntil(done: Promise<unknown>): void;
}

/**
 * The worker of a page with a player, on the page's own origin: with it the page itself opens without a network, and what the player keeps on this origin is answered
 * under its own addresses, film in parts. It answers in the network's place only where the network does not, and with what learners keep.
 */
const worker = globalThis as unknown as Worker;
const store = new KeptStore();

worker.addEventListener('install', () => void worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('fetch', (event) => serveKept(event, store));
worker.addEventListener('message', (event) => {
  const { data, ports: [port] } = event;
  if (!port || (data?.lectern !== 'keep-page' && data?.lectern !== 'free-page')) return;
  const done: Promise<{ readonly empty?: boolean }> = data.lectern === 'keep-page' ? keepPage(data) : freePage(data.page);
  event.waitUntil(done.then((answer) => port.postMessage({ ...answer, ok: true }), (error: unknown) => port.postMessage({ ok: false, error: writeKeepError(error, unnamed(error)) })));
});

/** What pages are made of, kept once for all of them. */
const SHELL = 'shell';
const PARTS = `${SHELL} parts`;

async function keepPage({ page, bundle, lists, files }: Extract<PageQuestion, { lectern: 'keep-page' }>): Promise<object> {
  const { signal } = new AbortController();
  const own = (url: string): string => new URL(url, worker.location.origin).href;
  // A page with a bundle of its own has none of these lists: its parts are those that it has loaded.
  const whole = [await listed(readBundleFiles(own(bundle), signal)), ...(await Promise.all(lists.map((list) => listed(readNames(own(list), signal)))))];
  for (const [index, list] of whole.entries()) if (list) await store.keep({ id: index === 0 ? SHELL : `${SHELL} ${lists[index - 1]}`, mode: 'fallback', ...list }, { signal });
  const inWhole = new Set(whole.flatMap((list) => list?.files.map(({ url }) => url) ?? []));
  const parts = await present([...new Set(files.map(own))].filter((url) => !inWhole.has(url)));
  // What has no version of its own is fetched anew each time: it is small.
  const version = String(Date.now());
  await store.keep({ id: `${PARTS} of ${page}`, mode: 'fallback', version, files: parts }, { signal });
  await store.keep({ id: `page ${page}`, mode: 'fallback', version, files: [{ url: own(page) }] }, { signal });
  return {};
}

/** A list that its server does not have is none. */
async function listed(reading: Promise<FileList>): Promise<FileList | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof KeepError && error.code === 'keep-refused') return undefined;
    throw error;
  }
}

/** What a page asks for and does not get even now, it can do without. */
async function present(urls: readonly string[]): Promise<{ readonly url: string }[]> {
  const there = await Promise.all(
    urls.map(async (url) => {
      const { ok, body } = await fetch(url, { cache: 'force-cache' });
      await body?.cancel();
      return ok;
    }),
  );
  return urls.filter((_url, index) => there[index]).map((url) => ({ url }));
}

/** @returns `empty` where it was the last page */
async function freePage(page: string): Promise<{ readonly empty: boolean }> {
  await Promise.all([store.free(`page ${page}`), store.free(`${PARTS} of ${page}`)]);
  const ids = (await store.entries()).map(({ id }) => id);
  const empty = !ids.some((id) => id.startsWith('page '));
  if (empty) await Promise.all(ids.filter((id) => id.startsWith(SHELL)).map((id) => store.free(id)));
  return { empty };
}

/** What could not be fetched before anything was kept is a network that has gone. */
const unnamed = (thrown: unknown): 'keep-unreachable' | 'keep-refused' => (thrown instanceof TypeError ? 'keep-unreachable' : 'keep-refused');
