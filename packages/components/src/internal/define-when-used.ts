/**
 * Loads an element's definition when the document has such an element, now or later. Elements inside the shadow roots of others are
 * not seen: whoever puts one there imports its `define` entry.
 */
export function defineWhenUsed(loaders: Readonly<Record<string, () => Promise<unknown>>>): void {
  const missing = new Set(Object.keys(loaders));
  const look = (): void => {
    for (const tag of missing) {
      if (customElements.get(tag)) missing.delete(tag);
      else if (document.querySelector(tag)) {
        missing.delete(tag);
        // Offline now: the next element of the kind, or the next change of the page, asks again.
        loaders[tag]!().catch(() => missing.add(tag));
      }
    }
    if (missing.size === 0) observer.disconnect();
  };
  const observer = new MutationObserver(look);
  observer.observe(document.documentElement, { childList: true, subtree: true });
  look();
}
