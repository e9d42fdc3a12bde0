import { DeliveryError } from '../outbox/delivery-error.js';

/**
 * What `work` comes to, or `timeout`: what a host's or another's function promises may never come.
 * @param limit milliseconds
 * @throws DeliveryError `timeout`
 */
export async function within<T>(work: Promise<T>, limit: number, message: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DeliveryError('timeout', message)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
