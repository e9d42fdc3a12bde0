/** What this file needs of Trusted Types, which not every browser has. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/** A worker's address is a place where text becomes code, so a page with Trusted Types wants it from a policy that it allows. */
export function trustedScriptUrl(url: string): string {
  const types = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return url;
  try {
    return types.createPolicy('lectern', { createScriptURL: (given) => given }).createScriptURL(url);
  } catch {
    // The page allows no such policy, or not twice. Where it enforces none, text will do; where it does, the worker says no.
    return url;
  }
}
