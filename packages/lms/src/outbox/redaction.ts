import type { Actor, Agent, Statement } from '@lectern/core';
import { validateStatement, type XapiVersion } from '@lectern/core/statement/validate';
import { DeliveryError } from './delivery-error.js';
import { isObject } from './record.js';

/**
 * Takes out of a statement what must not be recorded, before anything is kept or sent. Gets a copy of its own.
 * @returns the statement to record, with the same `id` and an actor of the same identifier; `undefined`: record nothing. Not a promise: a record is
 * journaled before the call that made it returns
 */
export type Redact = (statement: Statement) => Statement | undefined;

/** @throws DeliveryError `redacted`, `redaction-failed`: then neither what was given nor what came back is kept or sent */
export type Redaction = (statement: Statement) => Statement;

/** Runs the host's redaction, and fails closed: a hook that throws, or makes something else of the statement, lets nothing through. */
export function createRedaction(redact: Redact, version: XapiVersion): Redaction {
  return (statement) => {
    let redacted: Statement | undefined;
    try {
      redacted = redact(structuredClone(statement));
    } catch (cause) {
      throw failed('redact threw.', '', cause);
    }
    if (redacted === undefined) throw new DeliveryError('redacted', 'The host does not record this statement.');
    const [fault] = validateStatement(redacted, { version });
    if (fault) throw failed(`What redact made is not valid: ${fault.path || 'it'} ${fault.message}.`, fault.path);
    if (redacted.id !== statement.id) throw failed('redact changed the id: sending it twice would store it twice.', 'id');
    if (identifierOf(redacted.actor) !== identifierOf(statement.actor)) {
      throw failed('redact changed who the actor is; `identity` does that, for statements and documents alike.', 'actor');
    }
    return redacted;
  };
}

function failed(message: string, field: string, cause?: unknown): DeliveryError {
  return new DeliveryError('redaction-failed', message, { field, ...(cause === undefined ? {} : { cause }) });
}

/** What tells an actor from others (xAPI Data 2.4.2.3), as one string; of an anonymous group, its members. */
export function identifierOf({ mbox, mbox_sha1sum, openid, account, ...rest }: Actor): string {
  const { homePage, name } = account ?? {};
  const member = 'member' in rest && isObject(rest) && !mbox && !mbox_sha1sum && !openid && !account ? rest.member?.map((agent: Agent) => identifierOf(agent)) : undefined;
  return JSON.stringify([mbox, mbox_sha1sum, openid, homePage, name, member]);
}
