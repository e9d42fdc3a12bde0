/** What a reader's keys do. Arrows, PageUp, PageDown, Home and End are the browser's own: they scroll what has the focus. */
export interface ReaderKeys {
  /** Absent: the browser's own search is the right one. */
  readonly find: (() => void) | undefined;
  zoomBy(steps: 1 | -1): void;
  reset(): void;
  step?(by: 1 | -1): void;
}

/** Only while the focus is within, and never while someone types. */
export function onReaderKey(event: KeyboardEvent, keys: ReaderKeys): void {
  const target = event.composedPath()[0];
  const types = target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.altKey && keys.find && event.key.toLowerCase() === 'f') keys.find();
  else if (command || event.altKey || types) return;
  else if (event.key === '+' || event.key === '=') keys.zoomBy(1);
  else if (event.key === '-') keys.zoomBy(-1);
  else if (event.key === '0') keys.reset();
  else if (event.key === 'n' && keys.step) keys.step(1);
  else if (event.key === 'p' && keys.step) keys.step(-1);
  else return;
  event.preventDefault();
}
