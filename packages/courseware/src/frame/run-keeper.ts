import { readFrameFiles } from '../offline/bundle-files.js';
import { KeepError, writeKeepError } from '../offline/keep-error.js';
import { KeptStore, type KeepPlan, type KeptEntry } from '../offline/kept-store.js';
import type { KeeperAnswer, KeeperCommand, KeeperNews } from './keeper-protocol.js';
import { started } from './package-host.js';

export interface RunningKeeper {
  command(command: KeeperCommand): Promise<KeeperAnswer>;
}

/** The courseware frame's own files, kept once for all courses. */
const FRAME = 'frame';

/**
 * Keeps files of this origin, on behalf of the page above and in its name: another page neither sees nor frees them.
 * @param embedder origin of the page above, as the handshake has proved it
 */
export function runKeeper(view: Window & typeof globalThis, embedder: string, tell: (news: KeeperNews) => void): RunningKeeper {
  let stop = new AbortController();
  const nameOf = (id: string): string => `${embedder} ${id}`;
  const here = view.location.href.replace(/#.*$/, '');

  async function run(command: KeeperCommand): Promise<KeeperAnswer> {
    const store = new KeptStore(view.caches as CacheStorage | undefined);
    switch (command.do) {
      case 'stop':
        stop.abort(new DOMException('It is not wanted any more.', 'AbortError'));
        return { ok: true };
      case 'keep':
        return { ok: true, entry: await keep(store, command.plan) };
      case 'mode':
        await store.setMode(nameOf(command.id), command.mode);
        return { ok: true };
      case 'free':
        await free(store, nameOf(command.id));
        return { ok: true };
    }
  }

  async function keep(store: KeptStore, plan: KeepPlan): Promise<KeptEntry> {
    stop = new AbortController();
    const { signal } = stop;
    const foreign = plan.files.find(({ url }) => new URL(url).origin !== view.location.origin);
    if (foreign) throw new KeepError('keep-refused', `${foreign.url} is not of this origin.`, { file: foreign.url });
    await startWorker(view);
    const frame = await readFrameFiles(here, signal);
    if ((await store.entry(FRAME))?.version !== frame.version) await store.keep({ id: FRAME, mode: 'fallback', ...frame }, { signal });
    return store.keep({ ...plan, id: nameOf(plan.id) }, { signal, progress: (progress) => tell({ progress }) });
  }

  return {
    command: (command) => run(command).catch((thrown: unknown) => ({ ok: false, error: writeKeepError(thrown) })),
  };
}

/** With the last course goes the frame's own page. */
async function free(store: KeptStore, id: string): Promise<void> {
  await store.free(id);
  if ((await store.entries()).every((entry) => entry.id === FRAME)) await store.free(FRAME);
}

/** @throws KeepError `keep-unsupported` */
async function startWorker(view: Window): Promise<void> {
  const { serviceWorker } = view.navigator as { readonly serviceWorker?: ServiceWorkerContainer };
  if (!serviceWorker) throw new KeepError('keep-unsupported', 'This browser has no service workers here: they need https, and leave to store.');
  try {
    await started(await serviceWorker.register('./worker.js', { scope: '/' }));
  } catch (cause) {
    throw new KeepError('keep-unsupported', `The content origin’s worker may not serve the whole origin: its answer needs the header "Service-Worker-Allowed: /". ${String(cause).slice(0, 300)}`, { cause });
  }
}
