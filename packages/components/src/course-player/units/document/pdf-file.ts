import { PlayerError } from '../../player-error.js';

/** Octets of a range request. Files below twice as many come whole; of larger ones only what is looked at. */
export const RANGE = 262_144;

/**
 * Asks for the file at once, while pdf.js is still on its way.
 * @returns the whole file; `undefined` where it is large and its server gives parts of it, so that pdf.js asks for those it needs
 * @throws PlayerError `document-unreachable`
 */
export async function fetchPdf(url: string, signal: AbortSignal): Promise<ArrayBuffer | undefined> {
  // `AbortSignal.any` is younger than some browsers in schools.
  const request = new AbortController();
  signal.addEventListener('abort', () => request.abort(signal.reason), { signal: request.signal });
  try {
    const response = await fetch(url, { signal: request.signal });
    if (!response.ok) throw new PlayerError('document-unreachable', `${url} answered ${response.status}.`, { file: url });
    const { headers } = response;
    const length = Number(headers.get('Content-Length'));
    if (length > 2 * RANGE && headers.get('Accept-Ranges') === 'bytes' && !headers.has('Content-Encoding')) {
      request.abort();
      return undefined;
    }
    return await response.arrayBuffer();
  } catch (cause) {
    if (signal.aborted || cause instanceof PlayerError) throw cause;
    throw new PlayerError('document-unreachable', `${url} could not be fetched.`, { file: url, cause });
  }
}
