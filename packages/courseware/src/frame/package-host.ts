import { responseFromPort } from '../remote/file-port.js';
import { packageBase, packageKey, PACKAGES_FOLDER, pathBelow } from '../remote/package-address.js';
import type { PackageQuestion, PackageReply } from '../worker/find-package.js';
import type { PackageAssignment } from './protocol.js';

/** Milliseconds a new worker has to be ready. */
const PATIENCE = 15_000;

/** The built worker, beside the frame's page. */
const WORKER = './worker.js';

export interface PackageHostOptions {
  /** Origin of the page above, as the handshake has proved it. */
  readonly embedder: string;
  /** Absolute URL of the package, as the player says. */
  readonly url: string;
  /** The address that the player opens: it must be the one that this page's packages have. */
  readonly base: string;
  /** Hands a request's port to the player. */
  serve(port: MessagePort): void;
}

/**
 * Makes the content origin serve a package that the player reads: starts the worker and answers it for this package, and for no other.
 * @throws Error where the browser has no service workers here, or they do not start; where the player names an address that is not its own
 */
export async function hostPackage(view: Window, { embedder, url, base, serve }: PackageHostOptions): Promise<void> {
  const { serviceWorker } = view.navigator as { readonly serviceWorker?: ServiceWorkerContainer };
  if (!serviceWorker) throw new Error('This browser has no service workers here: they need https, and leave to store.');
  const key = await packageKey(embedder, url);
  if (base !== packageBase(view.location.href.replace(/#.*$/, ''), key)) throw new Error('The package’s address is not the page’s own.');
  serviceWorker.addEventListener('message', ({ data, ports: [port] }: MessageEvent<PackageQuestion | undefined>) => {
    if (data?.lectern !== 'package' || !port) return;
    port.postMessage((data.key === key ? 'mine' : 'not mine') satisfies PackageReply);
    if (data.key === key) serve(port);
    else port.close();
  });
  serviceWorker.startMessages();
  await started(await serviceWorker.register(WORKER, { scope: `./${PACKAGES_FOLDER}` }));
}

/** Resolves when the registration's worker serves. */
export function started({ active, waiting, installing }: ServiceWorkerRegistration): Promise<void> {
  if (active) return Promise.resolve();
  const worker = waiting ?? installing;
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error('The worker that reads packages did not start.'));
    const timer = setTimeout(fail, PATIENCE);
    const look = (): void => {
      if (worker?.state === 'activated') resolve();
      else if (!worker || worker.state === 'redundant') fail();
      else return;
      clearTimeout(timer);
    };
    worker?.addEventListener('statechange', look);
    look();
  });
}

/**
 * A file of a package that this page itself needs, asked of the player without the worker, which does not serve this page.
 * @returns a `blob:` URL; `undefined` for what is not in the package
 */
export async function fileOfPackage(url: string, { base }: PackageAssignment, serve: (port: MessagePort) => void): Promise<string | undefined> {
  const path = pathBelow(url, base);
  if (path === undefined) return undefined;
  const { port1, port2 } = new MessageChannel();
  const { response } = responseFromPort(port1, { path, method: 'GET' }, {});
  serve(port2);
  const answer = await response;
  return answer.ok ? URL.createObjectURL(await answer.blob()) : undefined;
}
