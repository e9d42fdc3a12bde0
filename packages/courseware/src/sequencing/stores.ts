const MAX_STORES = 1_000;

/** The contents of shared stores as they were kept. It comes from outside: strings only. */
export function readStores(raw: unknown): Record<string, string> {
  if (typeof raw !== 'object' || raw === null) return {};
  const entries = Object.entries(raw).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== '__proto__');
  return Object.fromEntries(entries.slice(0, MAX_STORES));
}
