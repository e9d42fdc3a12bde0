/** What this file needs of Trusted Types, which not every browser has. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/** A worker's address is a place where text becomes code, so a page with Trusted Types wants it from a policy that it allows. */
function trusted(url: string): string {
  const types = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return url;
  try {
    return types.createPolicy('lectern', { createScriptURL: (given) => given }).createScriptURL(url);
  } catch {
    // The page allows no such policy, or not twice. Where it enforces none, text will do; where it does, the worker says no.
    return url;
  }
}

/**
 * pdf.js's worker. One on another origin (a CDN) comes through a module of one line of this origin's: browsers start no worker from elsewhere.
 * @throws SecurityError, TypeError where the page's policy has no `worker-src` for it
 */
export function startPdfWorker(url: URL): Worker {
  if (url.origin === location.origin) return new Worker(trusted(url.href), { type: 'module', name: 'lectern-pdf' });
  const wrapper = URL.createObjectURL(new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' }));
  const worker = new Worker(trusted(wrapper), { type: 'module', name: 'lectern-pdf' });
  // The browser has read the module by the time the worker says its first word.
  const revoke = (): void => URL.revokeObjectURL(wrapper);
  worker.addEventListener('message', revoke, { once: true });
  worker.addEventListener('error', revoke, { once: true });
  return worker;
}
