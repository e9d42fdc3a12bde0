import { isObject, RECORD_VERSION, type OutboxRecord } from './record.js';

/**
 * Reads an entry as the first pages wrote it: one record, its place in the queue and its id in the storage key alone, its body quoted or not.
 * @param place what comes after the queue in the storage key
 */
export function readOlderEntry(place: string, text: string): Omit<OutboxRecord, 'queue'> | undefined {
  const [, digits = '', id = ''] = /^(\d{1,16})\.(.+)$/s.exec(place) ?? [];
  try {
    const entry: unknown = JSON.parse(text);
    if (id === '' || !isObject(entry) || entry['v'] !== RECORD_VERSION || 'order' in entry || 'id' in entry) return undefined;
    const { kind, body } = entry;
    if ((kind !== 'statement' && kind !== 'state') || (typeof body !== 'string' && !isObject(body))) return undefined;
    return { v: RECORD_VERSION, kind, order: Number(digits), id, body: typeof body === 'string' ? body : JSON.stringify(body) };
  } catch {
    return undefined;
  }
}
