import type { ConnectOptions, Consent, LmsConnection, LmsPlugin, Receipt, SignOutOptions, Statement } from '@lectern/core';
import { asDeliveryError, DeliveryError } from '../outbox/delivery-error.js';
import type { Transport } from '../outbox/transport.js';
import { within } from './within.js';

/** A plugin as the way out of an outbox's queue. */
export interface PluginTransport extends Transport {
  /** Connects, unless it is connected: what the plugin itself kept at an earlier visit goes too. Never rejects. */
  open(): Promise<void>;
  /** What is connected is told, or closed where it cannot be told. */
  setConsent(consent: Consent, waiting?: 'drop' | 'keep'): Promise<void>;
  /** @param leaving the learner signs out */
  close(leaving?: SignOutOptions): Promise<void>;
}

export interface PluginTransportOptions {
  readonly plugin: LmsPlugin;
  readonly connecting: ConnectOptions;
  /** Connecting may tell who the learner is. @throws DeliveryError without consent */
  readonly checkConsent: () => void;
  /** Milliseconds for connecting, and for statements to be stored. */
  readonly timeout: number;
}

/**
 * Hands statements to a plugin, and waits until it says that they are stored; the outbox keeps them until then. A connection that cannot be made, or has
 * failed, is made anew at the next attempt.
 */
export function createPluginTransport({ plugin, connecting, checkConsent, timeout }: PluginTransportOptions): PluginTransport {
  let connection: LmsConnection | undefined;
  let attempt: Promise<LmsConnection> | undefined;
  let closed = false;

  /** @throws DeliveryError that holds the queue */
  function connect(): Promise<LmsConnection> {
    attempt ??= begin();
    return attempt;
  }

  async function begin(): Promise<LmsConnection> {
    const made = Promise.resolve().then(async () => {
      checkOpen();
      if (!(await plugin.detect())) throw new DeliveryError('plugin-invalid', `The plugin "${plugin.name}" is not at home on this page.`);
      return plugin.connect(connecting.consent ? { ...connecting, consent: 'granted' } : connecting);
    });
    try {
      const arrived = await within(made, timeout, `The plugin "${plugin.name}" does not connect.`);
      checkOpen();
      connection = arrived;
      return arrived;
    } catch (thrown) {
      attempt = undefined;
      // It may come yet, when nobody waits for it any more.
      made.then(letGo, () => undefined);
      throw holding(thrown);
    }
  }

  function checkOpen(): void {
    if (closed) throw new DeliveryError('closed', 'The connection was closed.');
    checkConsent();
  }

  /** What failed once is not used again. */
  function abandon(failed: LmsConnection): void {
    if (connection !== failed) return;
    connection = undefined;
    attempt = undefined;
    letGo(failed);
  }

  async function hand(to: LmsConnection, bodies: readonly string[]): Promise<void> {
    const statements = bodies.map((body) => JSON.parse(body) as Statement);
    checkRegistration(statements, to.registration);
    let receipts: readonly Receipt[];
    try {
      receipts = to.record(statements);
      const sound = Array.isArray(receipts) && receipts.length === statements.length && receipts.every((receipt) => typeof receipt?.reached === 'function');
      if (!sound) throw new DeliveryError('plugin-invalid', `The plugin "${plugin.name}" gave no receipts.`, { field: 'record' });
    } catch (thrown) {
      abandon(to);
      throw holding(thrown);
    }
    try {
      await within(Promise.all(receipts.map(arrival)), timeout, `The plugin "${plugin.name}" does not say that it has stored the statements.`);
    } catch (thrown) {
      if (asDeliveryError(thrown).code === 'closed') abandon(to);
      throw thrown;
    }
  }

  async function arrival(receipt: Receipt): Promise<void> {
    try {
      await receipt.reached('stored');
    } catch (thrown) {
      const { code, message, field } = asDeliveryError(thrown);
      // Whoever closed it has not refused the statement.
      if (code === 'closed') throw thrown;
      throw new DeliveryError('rejected', message, { cause: thrown, ...(field === undefined ? {} : { field }) });
    }
  }

  const noDocuments = (): Promise<never> => Promise.reject(new DeliveryError('not-found', 'Documents are kept by the primary alone.'));

  return {
    // A page that is being left does not wait for a connection.
    async sendStatements(bodies, _ids, { keepalive = false } = {}) {
      if (keepalive && !connection) throw new DeliveryError('closed', 'There is no connection.');
      await hand(connection ?? (await connect()), bodies);
    },
    findStatement: () => Promise.resolve(undefined),
    isSame: () => false,
    sendDocument: noDocuments,
    loadDocument: noDocuments,
    open: () => connect().then(() => undefined, () => undefined),
    async setConsent(consent, waiting) {
      if (!connection) return;
      if (connection.setConsent) await connection.setConsent(consent, waiting);
      else if (consent !== 'granted') abandon(connection);
    },
    async close(leaving) {
      closed = true;
      if (leaving && connection?.signOut) await connection.signOut(leaving);
      else await connection?.close();
    },
  };
}

function letGo(connection: LmsConnection): void {
  void Promise.resolve().then(() => connection.close()).catch(() => undefined);
}

/** What prevents a connection is never a statement's fault: none is set aside for it. */
function holding(thrown: unknown): DeliveryError {
  const error = asDeliveryError(thrown);
  const blames = ['statement-invalid', 'document-invalid', 'rejected', 'too-large', 'conflict'].includes(error.code);
  return blames ? new DeliveryError('network', error.message, { cause: error }) : error;
}

/** @throws DeliveryError `rejected`: it would be filed with another enrolment, or another learner's */
function checkRegistration(statements: readonly Statement[], registration: string): void {
  const foreign = statements.find(({ context }) => context?.registration !== undefined && context.registration.toLowerCase() !== registration.toLowerCase());
  if (foreign) throw new DeliveryError('rejected', 'The statement is of another registration than the connection.', { field: 'context.registration' });
}
