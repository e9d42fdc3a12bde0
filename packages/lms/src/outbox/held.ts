import type { DeliveryState } from '@lectern/core';
import type { DeliveryError } from './delivery-error.js';
import type { PageLifecycle } from './environment.js';

/** What keeps the records from leaving, in the words of the UI. */
export function heldBy(error: DeliveryError, page: PageLifecycle): NonNullable<DeliveryState['held']> {
  if (error.code === 'unauthorized') return 'unauthorized';
  if (error.code === 'busy') return 'busy';
  if (error.code === 'consent-pending' || error.code === 'consent-denied') return 'consent';
  if (error.code === 'locked') return 'locked';
  if (error.code === 'storage-unavailable') return 'storage';
  return page.online() ? 'unreachable' : 'offline';
}
