import { KeepError, readKeepError, type PageQuestion } from '@lectern/courseware/offline';
import { trustedScriptUrl } from '../../internal/trusted-script-url.js';

/** The browser bundle; `rollup.config.mjs` knows where a chunk finds it. */
const BUNDLE = '../../bundle/';

/** What a page is made of, as the browser names what asked for it. What scripts fetch by themselves is not the page's. */
const PARTS: readonly string[] = ['script', 'link', 'css', 'img', 'icon', 'other'];

/** Milliseconds for a worker to start to serve. */
const PATIENCE = 15_000;

/**
 * Has this page's worker keep the page itself, with what it is made of, so that it opens without a network.
 * @param worker URL of `page-worker.js`, on the page's origin
 * @param lists URLs of lists of files that are kept with it
 * @throws KeepError
 */
export async function keepPage(worker: string, lists: readonly string[], signal: AbortSignal): Promise<void> {
  const bundle = new URL(BUNDLE, import.meta.url).href;
  const active = await startWorker(worker, './', signal);
  // A worker of the page is served by whoever serves its own folder, not by who serves the page: without it, PDFs alone do not open.
  for (const file of lists) await startWorker(worker, new URL('./', file).href, signal).catch(() => undefined);
  const loaded = (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).filter(({ initiatorType }) => PARTS.includes(initiatorType)).map(({ name }) => name);
  const named = [...document.querySelectorAll('script[src], link[rel~="stylesheet"], link[rel~="modulepreload"], link[rel~="icon"], link[rel="manifest"]')].map((element) => (element as HTMLScriptElement).src || (element as HTMLLinkElement).href);
  const files = [...new Set([...loaded, ...named])].filter((url) => url.startsWith(`${location.origin}/`));
  await ask(active, { lectern: 'keep-page', page: thisPage(), bundle, lists, files }, signal);
}

/** Takes this page out again; what other pages that are kept need stays. */
export async function freePage(worker: string, signal: AbortSignal): Promise<void> {
  const active = await startWorker(worker, './', signal);
  const { empty } = await ask(active, { lectern: 'free-page', page: thisPage() }, signal);
  if (empty !== true) return;
  // Without anything to answer with, a worker is only in the way.
  for (const registration of await navigator.serviceWorker.getRegistrations()) if (registration.active?.scriptURL === active.scriptURL) await registration.unregister();
}

const thisPage = (): string => location.pathname + location.search;

/** @param scope what it serves, relative to the page */
async function startWorker(worker: string, scope: string, signal: AbortSignal): Promise<ServiceWorker> {
  const { serviceWorker } = navigator as { readonly serviceWorker?: ServiceWorkerContainer };
  if (!serviceWorker) throw new KeepError('keep-unsupported', 'This browser has no service workers here: they need https, and leave to store.');
  const url = new URL(worker, document.baseURI).href;
  let registration: ServiceWorkerRegistration;
  try {
    registration = await serviceWorker.register(trustedScriptUrl(url), { scope });
  } catch (cause) {
    throw new KeepError('keep-unsupported', `The page’s worker may not serve this page. One that lies in another folder needs the header "Service-Worker-Allowed: ${location.pathname.replace(/[^/]*$/, '')}". ${String(cause).slice(0, 300)}`, { file: url, cause });
  }
  const late = Date.now() + PATIENCE;
  while (!registration.active) {
    const coming = registration.installing ?? registration.waiting;
    if (!coming || coming.state === 'redundant') throw new KeepError('keep-unsupported', 'The page’s worker could not be started.', { file: url });
    signal.throwIfAborted();
    if (Date.now() > late) throw new KeepError('keep-unsupported', 'The page’s worker did not start in time.', { file: url });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 500);
      coming.addEventListener('statechange', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
  return registration.active;
}

interface Answer {
  readonly ok?: unknown;
  readonly error?: unknown;
  readonly empty?: unknown;
}

/** @throws KeepError */
async function ask(worker: ServiceWorker, question: PageQuestion, signal: AbortSignal): Promise<Answer> {
  const { port1, port2 } = new MessageChannel();
  try {
    const answer = await new Promise<Answer>((resolve, reject) => {
      port1.onmessage = ({ data }: MessageEvent<Answer | null>) => resolve(data ?? {});
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      worker.postMessage(question, [port2]);
    });
    if (answer.ok !== true) throw readKeepError(answer.error);
    return answer;
  } finally {
    port1.close();
  }
}
