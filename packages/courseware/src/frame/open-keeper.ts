import { readKeepError } from '../offline/keep-error.js';
import type { KeepPlan, KeepProgress, KeptEntry, KeptMode } from '../offline/kept-store.js';
import { openFrame, type OpenFrameOptions } from './open-frame.js';
import type { KeeperAnswer, KeeperCommand } from './keeper-protocol.js';

export interface OpenKeeperOptions extends Pick<OpenFrameOptions, 'frame' | 'host' | 'signal' | 'trusted' | 'timeout'> {
  progress?(progress: KeepProgress): void;
}

/** What is kept on the content origin, for this page. */
export interface OpenKeeper {
  /**
   * @param h5p keep what plays H5P, too
   * @returns `h5p`: whether that is kept; its host may have none
   * @throws KeepError; the signal's reason, and what is there stays for the next try
   */
  keep(plan: KeepPlan, signal: AbortSignal, h5p?: boolean): Promise<{ readonly entry: KeptEntry; readonly h5p: boolean }>;
  setMode(id: string, mode: KeptMode): Promise<void>;
  free(id: string): Promise<void>;
  close(): void;
}

/**
 * Opens the courseware frame unseen, to keep files where they will be asked for: on the content's own origin.
 * @throws FrameError, KeepError
 */
export async function openKeeper(options: OpenKeeperOptions): Promise<OpenKeeper> {
  const refuse = (): never => {
    throw new TypeError('A keeper runs no content.');
  };
  let ready!: () => void;
  const began = new Promise<void>((resolve) => (ready = resolve));
  const frame = await openFrame({
    ...options,
    title: '',
    lost: () => undefined,
    methods: {
      assign: () => ({ kind: 'keeper', title: '' }),
      loaded: () => ready(),
      keeper: ({ progress }) => options.progress?.(progress),
      notice: () => undefined,
      navigate: () => undefined,
      recover: refuse,
      hydrate: refuse,
      record: refuse,
    },
  });
  await began;
  const ask = async (command: KeeperCommand): Promise<Extract<KeeperAnswer, { ok: true }>> => {
    const answer = (await frame.remote.keeper?.(command)) ?? { ok: false as const, error: { code: 'keep-unsupported', message: 'The content origin’s frame is older than this page.' } };
    if (!answer.ok) throw readKeepError(answer.error);
    return answer;
  };
  return {
    async keep(plan, signal, h5p = false) {
      signal.throwIfAborted();
      const stop = (): void => void ask({ do: 'stop' }).catch(() => undefined);
      signal.addEventListener('abort', stop, { once: true });
      try {
        const answer = await ask({ do: 'keep', plan, ...(h5p ? { h5p } : {}) });
        return { entry: answer.entry!, h5p: answer.h5p === true };
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    setMode: async (id, mode) => void (await ask({ do: 'mode', id, mode })),
    free: async (id) => void (await ask({ do: 'free', id })),
    close: () => frame.remove(),
  };
}
