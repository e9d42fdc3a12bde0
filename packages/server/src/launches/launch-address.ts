/** Names that a launch adds to an address: cmi5 8.1, and the Tin Can launch. */
const CMI5_NAMES = ['endpoint', 'fetch', 'actor', 'registration', 'activityId'] as const;

/**
 * The unit's address with the launch's parameters (cmi5 8.1). The unit's own query and fragment stay as they were written (13.1.4), but for
 * names that the launch has; every value is percent-encoded, spaces included.
 */
export function withParameters(address: URL, parameters: readonly (readonly [name: string, value: string])[]): string {
  const url = new URL(address);
  const names = new Set(parameters.map(([name]) => name));
  const own = url.search.slice(1).split('&').filter((pair) => pair !== '' && !names.has(nameOf(pair)));
  url.search = [...own, ...parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`)].join('&');
  return url.href;
}

/** Without what the launch would add: `launchurl` (cmi5 9.6.3.4). */
export function withoutParameters(address: URL): string {
  const url = new URL(address);
  const own = url.search.slice(1).split('&');
  if (own.some((pair) => (CMI5_NAMES as readonly string[]).includes(nameOf(pair)))) {
    url.search = own.filter((pair) => !(CMI5_NAMES as readonly string[]).includes(nameOf(pair))).join('&');
  }
  return url.href;
}

function nameOf(pair: string): string {
  const name = pair.split('=', 1)[0]!.replaceAll('+', ' ');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
