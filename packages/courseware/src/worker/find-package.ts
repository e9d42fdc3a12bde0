/** The frame's page that holds a package, as the worker finds it: by asking each, since a worker may be started anew for every request. */
export interface PackageQuestion {
  readonly lectern: 'package';
  readonly key: string;
}

export type PackageReply = 'mine' | 'not mine';

/** Milliseconds a page of the content origin has to say whether a package is its own. */
const PATIENCE = 10_000;

/** A window of this origin. */
export interface Asked {
  postMessage(message: PackageQuestion, transfer: Transferable[]): void;
}

/**
 * Asks every window at once.
 * @returns a port to the first that holds the package; the player behind it waits for the request
 */
export function findPackage(key: string, windows: readonly Asked[], patience = PATIENCE): Promise<MessagePort | undefined> {
  if (windows.length === 0) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    let open = windows.length;
    let found: MessagePort | undefined;
    const give = (port: MessagePort | undefined): void => {
      clearTimeout(timer);
      resolve(port);
    };
    const timer = setTimeout(() => give(undefined), patience);
    for (const window of windows) {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener(
        'message',
        ({ data }: MessageEvent<PackageReply>) => {
          open -= 1;
          if (data === 'mine' && !found) give((found = port1));
          else port1.close();
          if (open === 0 && !found) give(undefined);
        },
        { once: true },
      );
      port1.start();
      window.postMessage({ lectern: 'package', key }, [port2]);
    }
  });
}
