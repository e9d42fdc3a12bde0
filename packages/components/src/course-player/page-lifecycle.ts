import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Milliseconds between two signs of life. */
const TICK = 10_000;

export interface PageLifecycleHandlers {
  /** The learner looks elsewhere, and the page may never run again: save. */
  onHidden(): void;
  /** The page goes, perhaps into the back/forward cache: end what is open. */
  onLeave(): void;
  /** It came back from there. */
  onReturn(): void;
  /** Every ten seconds while the page is visible. */
  onTick(): void;
  /** The network is back. */
  onOnline(): void;
}

/**
 * The page's comings and goings. `pagehide` and `visibilitychange` only: `unload` and `beforeunload` are not sure to fire, are
 * forbidden under some permission policies, and keep pages out of the back/forward cache.
 */
export class PageLifecycle implements ReactiveController {
  readonly #handlers: PageLifecycleHandlers;
  #controller: AbortController | undefined;

  constructor(host: ReactiveControllerHost, handlers: PageLifecycleHandlers) {
    this.#handlers = handlers;
    host.addController(this);
  }

  hostConnected(): void {
    const { onHidden, onLeave, onReturn, onTick, onOnline } = this.#handlers;
    const { signal } = (this.#controller = new AbortController());
    document.addEventListener('visibilitychange', () => (document.hidden ? onHidden() : onTick()), { signal });
    window.addEventListener('online', onOnline, { signal });
    window.addEventListener('pagehide', onLeave, { signal });
    window.addEventListener('pageshow', ({ persisted }) => persisted && onReturn(), { signal });
    const timer = setInterval(() => {
      if (!document.hidden) onTick();
    }, TICK);
    signal.addEventListener('abort', () => clearInterval(timer));
  }

  hostDisconnected(): void {
    this.#controller?.abort();
  }
}
