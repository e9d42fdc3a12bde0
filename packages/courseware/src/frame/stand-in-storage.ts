type Items = Readonly<Record<string, string>>;

/** Characters that browsers let an origin store, about. */
const QUOTA = 5_000_000;

export interface StandIn {
  items(): Items;
  /** As a `Storage` of that window. */
  in(window: Window & typeof globalThis): Storage;
}

/** A storage that is in memory alone, for pages whose browser denies them one. `changed` is told of every change. */
export function createStandIn(start: Items, changed: () => void): StandIn {
  const map = new Map(Object.entries(start));
  const size = (): number => [...map].reduce((sum, [name, item]) => sum + name.length + item.length, 0);
  const methods = {
    get length(): number {
      return map.size;
    },
    key: (index: number): string | null => [...map.keys()][index] ?? null,
    getItem: (name: unknown): string | null => map.get(String(name)) ?? null,
    setItem(name: unknown, item: unknown): void {
      const [key, value] = [String(name), String(item)];
      if (size() + key.length + value.length - (map.get(key)?.length ?? -key.length) > QUOTA) throw new DOMException('The storage is full.', 'QuotaExceededError');
      map.set(key, value);
      changed();
    },
    removeItem(name: unknown): void {
      if (map.delete(String(name))) changed();
    },
    clear(): void {
      map.clear();
      changed();
    },
  };
  // As a Storage does, it has its items as properties, too; those of its interface come first.
  const handler: ProxyHandler<Storage> = {
    has: (target, name) => Reflect.has(target, name) || map.has(String(name)),
    get: (target, name) => (typeof name === 'symbol' || Reflect.has(target, name) ? (Reflect.get(target, name) as unknown) : map.get(name)),
    set(target, name, item) {
      if (typeof name === 'symbol') return false;
      if (!Reflect.has(target, name)) methods.setItem(name, item);
      return true;
    },
    deleteProperty(_target, name) {
      methods.removeItem(name);
      return true;
    },
    ownKeys: (target) => [...new Set([...map.keys(), ...Reflect.ownKeys(target)])],
    getOwnPropertyDescriptor(target, name) {
      if (Reflect.has(target, name)) return { ...Reflect.getOwnPropertyDescriptor(target, name), enumerable: false, configurable: true };
      const value = map.get(String(name));
      return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
    },
  };
  return {
    items: () => Object.fromEntries(map),
    in: ({ Storage }) => new Proxy(methods as unknown as Storage, { ...handler, getPrototypeOf: () => Storage.prototype }),
  };
}

/**
 * Calls `furnish` with each window that a frame goes through, and those of the frames in it, before their scripts run as far as browsers let it: none tells
 * of a new window, so it is looked for from the moment when the old one goes.
 */
export function followWindows(frame: HTMLIFrameElement, furnish: (window: Window & typeof globalThis) => void, signal: AbortSignal): void {
  const { port1, port2 } = new MessageChannel();
  let old = documentOf(frame);
  // The first page takes over the window of the empty one.
  if (old && frame.contentWindow!.location.href === 'about:blank') furnish(frame.contentWindow as Window & typeof globalThis);
  const look = (): void => {
    if (signal.aborted || !frame.isConnected) return port1.close();
    const now = documentOf(frame);
    // At another origin nothing can be furnished: until it is back.
    if (!now) return frame.addEventListener('load', look, { once: true });
    if (now === old) return port2.postMessage(0);
    old = now;
    const window = frame.contentWindow as Window & typeof globalThis;
    furnish(window);
    const inside = new window.MutationObserver((records) => {
      for (const { addedNodes } of records) for (const node of addedNodes) for (const element of framesIn(node)) followWindows(element, furnish, signal);
    });
    inside.observe(now, { childList: true, subtree: true });
    window.addEventListener('pagehide', () => port2.postMessage(0));
  };
  port1.onmessage = look;
  port2.postMessage(0);
}

/** Nothing where it is on another origin. */
function documentOf(frame: HTMLIFrameElement): Document | null {
  try {
    return frame.contentDocument;
  } catch {
    return null;
  }
}

const framesIn = (node: Node): HTMLIFrameElement[] => {
  if (node.nodeType !== 1) return [];
  const element = node as Element;
  return [...(element.localName === 'iframe' ? [element as HTMLIFrameElement] : []), ...element.querySelectorAll('iframe')];
};
