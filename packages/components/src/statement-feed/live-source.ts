import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What to listen to; read anew for each event. */
export interface LiveSourceHost extends ReactiveControllerHost, HTMLElement {
  readonly htmlFor: string | undefined;
  readonly target: EventTarget | undefined;
}

/** What is recorded on the page, by the events that tell of it. */
export class LiveSource implements ReactiveController {
  readonly #host: LiveSourceHost;
  readonly #record: (event: Event) => void;
  #listening: { readonly to: EventTarget; readonly end: AbortController } | undefined;

  constructor(host: LiveSourceHost, record: (event: Event) => void) {
    this.#host = host;
    this.#record = record;
    host.addController(this);
  }

  hostConnected(): void {
    this.#listen();
  }

  hostUpdate(): void {
    if (this.#listening && this.#listening.to !== this.#place) this.#listen();
  }

  hostDisconnected(): void {
    this.#listening?.end.abort();
    this.#listening = undefined;
  }

  get #place(): EventTarget {
    return this.#host.target ?? this.#host.ownerDocument;
  }

  #listen(): void {
    this.#listening?.end.abort();
    const end = new AbortController();
    const to = this.#place;
    this.#listening = { to, end };
    // On the way down: a page that stops the event on its way up has still recorded something.
    to.addEventListener('learning-statement', this.#onStatement, { capture: true, signal: end.signal });
  }

  readonly #onStatement = (event: Event): void => {
    const { target, htmlFor } = this.#host;
    if (target === undefined && htmlFor) {
      const element = (this.#host.getRootNode() as Document | ShadowRoot).getElementById(htmlFor);
      if (!element || !event.composedPath().includes(element)) return;
    }
    this.#record(event);
  };
}
