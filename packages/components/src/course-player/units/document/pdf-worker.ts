import { trustedScriptUrl } from '../../../internal/trusted-script-url.js';
import { PlayerError } from '../../player-error.js';

/** pdf.js's worker, on its way. */
export interface PdfWorker {
  readonly worker: Worker;
  /** Rejects with a PlayerError where it cannot be started: that may be known before anybody needs it. */
  readonly broken: Promise<never>;
}

/**
 * pdf.js's worker. One on another origin (a CDN) comes through a module of one line of this origin's: browsers start no worker from elsewhere.
 * @throws SecurityError, TypeError where the page's policy has no `worker-src` for it
 */
export function startPdfWorker(url: URL): PdfWorker {
  const isOurs = url.origin === location.origin;
  const script = isOurs ? url.href : URL.createObjectURL(new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' }));
  const worker = new Worker(trustedScriptUrl(script), { type: 'module', name: 'lectern-pdf' });
  // The browser has read the module by the time the worker says its first word.
  const revoke = (): void => (isOurs ? undefined : URL.revokeObjectURL(script));
  worker.addEventListener('message', revoke, { once: true });
  const broken = new Promise<never>((_resolve, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      revoke();
      reject(new PlayerError('unit-failed', `pdf.js's worker could not be started from ${url.href}.`, { file: url.href }));
    });
  });
  broken.catch(() => undefined); // said when the file is opened
  return { worker, broken };
}
