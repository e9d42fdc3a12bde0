/** Milliseconds between two letters of one word. */
const TYPING = 700;

/** How far a page key goes. */
const PAGE = 10;

/**
 * One stop of the Tab key in a list of any length: arrows, Home, End and page keys move within it, letters go to the next title that begins so. Closed
 * entries are stops too, since they say why.
 */
export class ContentsFocus {
  readonly #place: HTMLElement;
  #stop: HTMLElement | undefined;
  #typed = '';
  #typedAt = 0;

  constructor(place: HTMLElement) {
    this.#place = place;
    place.addEventListener('keydown', (event) => this.#onKey(event));
    place.addEventListener('focusin', ({ target }) => {
      const entry = (target as Element).closest<HTMLElement>('.entry');
      if (entry) this.#settleOn(entry);
    });
  }

  /** Rows have been drawn: there must be a stop, the open unit unless the learner is elsewhere in the list. */
  settle(current: string | undefined): void {
    const root = this.#place.getRootNode() as Document | ShadowRoot;
    const focused = root.activeElement;
    if (focused && this.#place.contains(focused)) return;
    const wanted = current === undefined ? undefined : this.#place.querySelector<HTMLElement>(`.entry[data-unit="${CSS.escape(current)}"]`);
    const next = wanted ?? (this.#stop?.isConnected ? this.#stop : undefined) ?? this.#place.querySelector<HTMLElement>('.entry');
    if (next) this.#settleOn(next);
  }

  #settleOn(entry: HTMLElement): void {
    if (this.#stop !== entry && this.#stop) this.#stop.tabIndex = -1;
    entry.tabIndex = 0;
    this.#stop = entry;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const entries = [...this.#place.querySelectorAll<HTMLElement>('.entry')];
    const at = entries.indexOf((event.target as Element).closest<HTMLElement>('.entry')!);
    if (at < 0) return;
    const to = this.#goal(event.key, at, entries);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    entries[Math.max(0, Math.min(entries.length - 1, to))]!.focus();
  }

  #goal(key: string, at: number, entries: readonly HTMLElement[]): number | undefined {
    switch (key) {
      case 'ArrowDown':
        return at + 1;
      case 'ArrowUp':
        return at - 1;
      case 'PageDown':
        return at + PAGE;
      case 'PageUp':
        return at - PAGE;
      case 'Home':
        return 0;
      case 'End':
        return entries.length - 1;
    }
    // A space presses the button, unless it belongs to a word that is being typed.
    const now = performance.now();
    const goesOn = now - this.#typedAt < TYPING;
    if ([...key].length !== 1 || (key === ' ' && !(goesOn && this.#typed))) return undefined;
    this.#typed = (goesOn ? this.#typed : '') + key.toLocaleLowerCase();
    this.#typedAt = now;
    // A word goes on where it is; one letter, again and again, goes from one to the next.
    const same = [...this.#typed].every((letter) => letter === this.#typed[0]);
    const sought = same ? this.#typed[0]! : this.#typed;
    const start = same ? at + 1 : at;
    for (let n = 0; n < entries.length; n++) {
      const place = (start + n) % entries.length;
      if (entries[place]!.querySelector('.entry-title')!.textContent.trim().toLocaleLowerCase().startsWith(sought)) return place;
    }
    return undefined;
  }
}
