import type { ServerConfig } from '../config.js';

/** Where a request says it reached us, so that one server answers under localhost, an address and a name alike. */
export interface Origins {
  /** The LRS, the campus and the players. */
  readonly public: string;
  /** The content. */
  readonly content: string;
}

const HOST = /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** @param ports those really listened on */
export function originsOf(request: Request, config: ServerConfig, ports: { readonly port: number; readonly contentPort: number }): Origins {
  const header = request.headers.get('host') ?? '';
  const host = HOST.test(header) ? header : `127.0.0.1:${ports.port}`;
  const name = host.replace(/:\d+$/, '');
  return {
    public: config.publicUrl ?? `http://${name}:${ports.port}`,
    content: config.contentUrl ?? `http://${name}:${ports.contentPort}`,
  };
}
