/** Whether a URL is relative, `http:` or `https:`. Control characters and backslashes hide other schemes from readers, not from browsers. */
export function isSafeUrl(value: string): boolean {
  // eslint-disable-next-line no-control-regex -- see above
  if (/[\u0000-\u001f\u007f\\]/.test(value)) return false;
  const scheme = /^\s*([A-Za-z][A-Za-z0-9+.-]*):/.exec(value)?.[1]?.toLowerCase();
  return scheme === undefined || scheme === 'http' || scheme === 'https';
}

/** Whether a URL says itself where it leads, without a package. `//host/path` does. */
export const isAbsoluteUrl = (value: string): boolean => /^\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|\/\/)/.test(value);
