import { ServerError } from '../errors.js';

export interface ByteRange {
  readonly start: number;
  /** Included. */
  readonly end: number;
}

/**
 * One range of a `Range` header (RFC 9110 14.2). `undefined`: send all of it — for no header, another unit, several ranges, or nonsense.
 * @throws ServerError `range-invalid` when it lies beyond the end
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, first = '', last = ''] = match;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start >= size || (first === '' && Number(last) === 0)) throw new ServerError('range-invalid', `The file has ${size} octets.`, { field: 'Range' });
  return { start, end };
}
