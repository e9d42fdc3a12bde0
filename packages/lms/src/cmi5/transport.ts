import type { Agent } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { Transport } from '../outbox/transport.js';
import type { Http } from '../xapi/http.js';
import { createXapiTransport } from '../xapi/transport.js';
import type { Cmi5Launch } from './launch.js';

/**
 * To an LMS's LRS. An LMS answers 403 to what breaks a session's rules, which includes all that comes after its end, and there is no other token to try:
 * such a statement is set aside with the reason, and holds up nothing.
 */
export function createCmi5Transport(http: Http, { endpoint, registration }: Cmi5Launch, actor: Agent): Transport {
  const transport = createXapiTransport({ http, endpoint, actor, registration, version: '1.0.3' });
  return {
    ...transport,
    async sendStatements(bodies, ids, options) {
      try {
        await transport.sendStatements(bodies, ids, options);
      } catch (error) {
        if (!(error instanceof DeliveryError) || error.status !== 403) throw error;
        throw new DeliveryError('rejected', error.message, { status: 403, clause: 'cmi5 9.3', cause: error });
      }
    },
  };
}
