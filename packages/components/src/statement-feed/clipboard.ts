import type { ReactiveControllerHost } from 'lit';

/** Milliseconds a button says that it has copied. */
const COPIED = 2_000;

/** Puts text into the clipboard, and knows for a moment what it was. */
export class Clipboard {
  readonly #host: ReactiveControllerHost;
  /** The key of what has just been copied. */
  copied: string | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  /** @returns `false` where the page may not write to the clipboard: then `shown` is marked, ready to be copied */
  async copy(key: string, text: string, shown: Node): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection()?.selectAllChildren(shown);
      return false;
    }
    this.#set(key);
    setTimeout(() => this.copied === key && this.#set(undefined), COPIED);
    return true;
  }

  #set(key: string | undefined): void {
    this.copied = key;
    this.#host.requestUpdate();
  }
}
