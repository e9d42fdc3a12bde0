export interface Part {
  readonly start: number;
  /** Included. */
  readonly end: number;
}

/** One range of bytes (RFC 9110 14.2); `undefined` for none, several, or nonsense, which all mean the whole. */
export function partOf(header: string | undefined, size: number): Part | 'beyond' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1]!, match[2]!];
  if (first === '') return Number(last) === 0 || size === 0 ? 'beyond' : { start: Math.max(0, size - Number(last)), end: size - 1 };
  if (last !== '' && Number(last) < Number(first)) return undefined;
  return Number(first) >= size ? 'beyond' : { start: Number(first), end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}
