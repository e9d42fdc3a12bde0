import type { CreditLedger } from '@lectern/core';
import { CreditTrackerError } from './credit-tracker-error.js';
import { parseLedger } from './read-ledger.js';

/** Characters. A thousand courses with their evidence stay below. */
const MAX_LENGTH = 10_000_000;
/** Milliseconds until a server that does not answer counts as unreachable. */
const PATIENCE = 20_000;

/**
 * @param authorization value of the header; absent where none is to be sent
 * @throws CreditTrackerError
 */
export async function loadLedger(url: string, authorization: string | undefined, signal: AbortSignal): Promise<CreditLedger> {
  const file = url;
  let text: string;
  // `AbortSignal.any` is younger than some browsers in schools.
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  signal.addEventListener('abort', () => patience.abort(), { signal: patience.signal });
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...(authorization === undefined ? {} : { authorization }) },
      cache: 'no-store',
      signal: patience.signal,
    });
    if (!response.ok) {
      const code = response.status === 401 || response.status === 403 ? 'ledger-unauthorized' : 'ledger-unreachable';
      throw new CreditTrackerError(code, `The server answered ${response.status}.`, { file });
    }
    text = await response.text();
  } catch (cause) {
    if (cause instanceof CreditTrackerError || signal.aborted) throw cause;
    throw new CreditTrackerError(navigator.onLine ? 'ledger-unreachable' : 'offline', 'The ledger could not be fetched.', { file, cause });
  } finally {
    clearTimeout(timer);
  }
  if (text.length > MAX_LENGTH) throw new CreditTrackerError('ledger-invalid', 'The ledger is too long.', { file });
  return parseLedger(text, file);
}
