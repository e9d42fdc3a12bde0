import { isLoopback, type ServerConfig } from '../config.js';
import { ServerError } from '../errors.js';
import { createEndpointGuard } from '../forwarding/endpoint-guard.js';

/** Which addresses a tool may have. */
export interface AddressRules {
  /** Of pages that the learner's browser opens. @throws ServerError `body-invalid` */
  checkPage(url: string, field: string): void;
  /** Of keys that the server itself fetches: not in its own network. @throws ServerError `body-invalid` */
  checkKeys(url: string, field: string): void;
}

/** https everywhere; http for this machine alone where the server is, and for hosts that LECTERN_FORWARD_ALLOW names. */
export function createAddressRules(config: Pick<ServerConfig, 'host' | 'forwardAllow'>): AddressRules {
  const allowed = config.forwardAllow ?? [];
  const loopback = isLoopback(config.host);
  const guard = createEndpointGuard({ allowed, loopback });
  return {
    checkPage(text, field) {
      const refuse = (message: string): never => {
        throw new ServerError('body-invalid', message, { field });
      };
      const url = new URL(text);
      if (url.username || url.password || url.hash) refuse('The address may hold no credentials and no fragment.');
      const { hostname } = url;
      if (url.protocol !== 'https:' && !(allowed.includes(hostname) || (loopback && isLoopback(hostname)))) refuse('The address must be https, unless LECTERN_FORWARD_ALLOW names its host.');
    },
    checkKeys(text, field) {
      const url = new URL(text);
      url.search = '';
      try {
        guard.check(url.href);
      } catch (error) {
        if (error instanceof ServerError) throw new ServerError('body-invalid', error.message.replace('The endpoint', 'The address'), { field });
        throw error;
      }
    },
  };
}
