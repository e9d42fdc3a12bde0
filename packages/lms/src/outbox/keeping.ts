import type { Outbox } from './outbox.js';
import type { Redact } from './redaction.js';
import type { EncryptionOptions } from './sealer.js';

/** How a plugin keeps what has not arrived yet. */
export interface Keeping {
  /** One that the page shares. Absent: each connection has its own, over the same storage. */
  readonly outbox?: Outbox;
  /** Takes out of statements what must not be kept in the browser or sent. */
  readonly redact?: Redact | undefined;
  /** Seals what is kept in the browser; where `outbox` is given, that one's `encryption` counts. */
  readonly encryption?: EncryptionOptions | undefined;
}
