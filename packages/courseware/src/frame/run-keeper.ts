import { readFrameFiles } from '../offline/bundle-files.js';
import type { FileList } from '../offline/file-list.js';
import { KeepError, writeKeepError } from '../offline/keep-error.js';
import { readH5pPlayerFiles } from '../offline/h5p-player-files.js';
import { KeptStore } from '../offline/kept-store.js';
import type { KeeperAnswer, KeeperCommand, KeeperNews } from './keeper-protocol.js';
import { H5P_PLAYER } from './h5p-protocol.js';
import { started } from './package-host.js';

export interface RunningKeeper {
  command(command: KeeperCommand): Promise<KeeperAnswer>;
}

/** The courseware frame's own files, kept once for all courses. */
const FRAME = 'frame';
/** What plays H5P, likewise. */
const H5P = 'h5p';

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
        return { ok: true, ...(await keep(store, command)) };
      case 'mode':
        await store.setMode(nameOf(command.id), command.mode);
        return { ok: true };
      case 'free':
        await free(store, nameOf(command.id));
        return { ok: true };
    }
  }

  async function keep(store: KeptStore, { plan, h5p }: Extract<KeeperCommand, { do: 'keep' }>): Promise<Pick<Extract<KeeperAnswer, { ok: true }>, 'entry' | 'h5p'>> {
    stop = new AbortController();
    const { signal } = stop;
    const foreign = plan.files.find(({ url }) => new URL(url).origin !== view.location.origin);
    if (foreign) throw new KeepError('keep-refused', `${foreign.url} is not of this origin.`, { file: foreign.url });
    await startWorker(view);
    const frame = await readFrameFiles(here, signal);
    await keepOnce(store, FRAME, frame, signal);
    const player = h5p ? await readH5pPlayerFiles(new URL(H5P_PLAYER, here).href, signal) : undefined;
    if (player) await keepOnce(store, H5P, player, signal);
    return { entry: await store.keep({ ...plan, id: nameOf(plan.id) }, { signal, progress: (progress) => tell({ progress }) }), h5p: player !== undefined };
  }

  return {
    command: (command) => run(command).catch((thrown: unknown) => ({ ok: false, error: writeKeepError(thrown) })),
  };
}

/** What all courses share is fetched anew only when it is another; the network, where there is one, comes first. */
async function keepOnce(store: KeptStore, id: string, list: FileList, signal: AbortSignal): Promise<void> {
  if ((await store.entry(id))?.version !== list.version) await store.keep({ id, mode: 'fallback', ...list }, { signal });
}

/** With the last course goes what all share. */
async function free(store: KeptStore, id: string): Promise<void> {
  await store.free(id);
  const shared = [FRAME, H5P];
  if ((await store.entries()).every((entry) => shared.includes(entry.id))) await Promise.all(shared.map((each) => store.free(each)));
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
