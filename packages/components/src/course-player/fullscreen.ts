/** How the player fills the screen: by the browser's own means, or within the page where there are none (iPhone; a frame without `allow="fullscreen"`). */
export type FullscreenMode = 'native' | 'pseudo';

/** What can be focused. Frames are, by whatever is in them. */
const STOPS = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), iframe, video[controls], audio[controls], summary, [tabindex]:not([tabindex="-1"])';

type PopoverElement = HTMLElement & { popover: string | null; showPopover?(): void; hidePopover?(): void };

/**
 * Full screen for one element in the shadow tree of a player. Where the browser has none to give, the element is shown over the page (a popover, which no
 * ancestor's `transform` or `z-index` can hold back), Escape ends it, and the focus does not go behind it. The element is never moved, so no
 * frame in it loads anew.
 */
export class Fullscreen {
  mode: FullscreenMode | undefined;
  readonly #host: HTMLElement;
  readonly #frame: PopoverElement;
  readonly #onChange: () => void;
  #ending: AbortController | undefined;

  /** @param frame what fills the screen; it gets the class `full` */
  constructor(host: HTMLElement, frame: HTMLElement, onChange: () => void) {
    this.#host = host;
    this.#frame = frame;
    this.#onChange = onChange;
  }

  /** Resolves when the screen is filled. Call it while a click or key still counts, or it will be within the page. */
  async enter(): Promise<void> {
    if (this.mode) return;
    const focused = this.#focused();
    if (document.fullscreenEnabled) {
      try {
        await this.#frame.requestFullscreen({ navigationUI: 'hide' });
        this.#begin('native');
      } catch {
        // Not by a learner's hand, or forbidden after all.
      }
    }
    if (!this.mode) this.#beginPseudo();
    focused?.focus({ preventScroll: true });
    this.#onChange();
  }

  async leave(): Promise<void> {
    if (!this.mode) return;
    const { mode } = this;
    const focused = this.#focused();
    this.#end();
    if (mode === 'native' && (this.#frame.getRootNode() as ShadowRoot).fullscreenElement === this.#frame) await document.exitFullscreen().catch(() => undefined);
    focused?.focus({ preventScroll: true });
  }

  #begin(mode: FullscreenMode): AbortSignal {
    this.mode = mode;
    this.#frame.classList.add('full');
    const { signal } = (this.#ending = new AbortController());
    document.addEventListener(
      'fullscreenchange',
      () => {
        // A film in the player may fill the screen for itself meanwhile; then the player's is kept beneath it.
        if (mode === 'native' && !document.fullscreenElement) this.#end();
      },
      { signal },
    );
    return signal;
  }

  #beginPseudo(): void {
    const signal = this.#begin('pseudo');
    const frame = this.#frame;
    // The place that it leaves keeps its height, or the page would jump.
    this.#host.style.setProperty('min-block-size', `${this.#host.offsetHeight}px`);
    if (frame.showPopover) {
      frame.popover = 'manual';
      frame.showPopover();
    } else {
      frame.classList.add('fixed');
    }
    document.addEventListener(
      'keydown',
      (event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || document.fullscreenElement) return;
        event.preventDefault();
        void this.leave();
      },
      { signal },
    );
    document.addEventListener('focusin', (event) => this.#keepFocus(event), { signal });
    // What is behind neither scrolls nor keeps its scrollbar beside the player.
    const { style } = document.documentElement;
    const before = [style.getPropertyValue('overflow'), style.getPropertyPriority('overflow')] as const;
    style.setProperty('overflow', 'hidden', 'important');
    signal.addEventListener('abort', () => style.setProperty('overflow', ...before), { once: true });
  }

  /** What is behind cannot be seen, so the focus comes back: to the beginning when it went on, to the end when it went back. */
  #keepFocus(event: FocusEvent): void {
    if (event.composedPath().includes(this.#host)) return;
    const before = (this.#host.compareDocumentPosition(event.target as Element) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
    this.#stops().at(before ? -1 : 0)?.focus();
  }

  /** In the order of the Tab key, through the shadow trees of views. */
  #stops(): HTMLElement[] {
    const found: HTMLElement[] = [];
    const look = (root: ParentNode): void => {
      for (const element of root.querySelectorAll<HTMLElement>('*')) {
        if (element.matches(STOPS) && element.getClientRects().length > 0) found.push(element);
        if (element.shadowRoot) look(element.shadowRoot);
      }
    };
    look(this.#frame);
    return found;
  }

  #focused(): HTMLElement | undefined {
    let focused = (this.#frame.getRootNode() as ShadowRoot).activeElement;
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    return (focused as HTMLElement | null) ?? undefined;
  }

  #end(): void {
    if (!this.mode) return;
    this.#ending?.abort();
    this.#ending = undefined;
    const frame = this.#frame;
    if (this.mode === 'pseudo') {
      if (frame.popover) {
        frame.hidePopover?.();
        frame.popover = null;
      }
      frame.classList.remove('fixed');
      this.#host.style.removeProperty('min-block-size');
    }
    frame.classList.remove('full');
    this.mode = undefined;
    this.#onChange();
  }
}
