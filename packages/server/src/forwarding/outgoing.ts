import type { Statement } from '@lectern/core';
import { attachmentsOf } from '../lrs/attachments.js';
import { pseudonymise } from './pseudonymise.js';
import type { ForwardingTarget, TargetSecrets } from './target.js';

/** A statement as a target gets it. */
export interface OutgoingStatement {
  readonly id: string;
  readonly seq: number;
  readonly statement: Statement;
  readonly json: string;
  /** Octets of the JSON. */
  readonly size: number;
  /** SHA-256 of the attachments that belong to it, in lower case. */
  readonly hashes: readonly string[];
  /** Why it cannot be sent at all. */
  readonly unfit?: string;
}

/** What is stored, made fit for a target: its people, its version, its attachments. `stored` is the target's own to say. */
export function toOutgoing(seq: number, stored: Statement, target: ForwardingTarget, secrets: TargetSecrets): OutgoingStatement {
  try {
    const statement = prepare(stored, target, secrets);
    const json = JSON.stringify(statement);
    return { id: stored.id, seq, statement, json, size: Buffer.byteLength(json), hashes: [...new Set(attachmentsOf(statement).map(({ sha2 }) => sha2.toLowerCase()))] };
  } catch (error) {
    // One that is nested too deep, or names too many, is set aside: it may not hold up those behind it.
    return { id: stored.id, seq, statement: stored, json: '', size: 0, hashes: [], unfit: error instanceof Error ? error.message : 'It cannot be prepared.' };
  }
}

function prepare({ stored: _stored, ...told }: Statement, target: ForwardingTarget, { salt }: TargetSecrets): Statement {
  const named: Statement = target.pseudonyms ? pseudonymise(told, { homePage: target.pseudonyms.homePage, salt: salt! }) : told;
  return fitVersion(target.attachments ? named : withoutAttachments(named), target);
}

function withoutAttachments({ attachments: _attachments, object, ...rest }: Statement): Statement {
  if (object.objectType !== 'SubStatement') return { ...rest, object };
  const { attachments: _inner, ...inner } = object;
  return { ...rest, object: inner };
}

/** An LRS of 1.0.3 refuses a statement that says it is of 2.0 (Data 2.4.10); without a word it takes it for its own. */
function fitVersion(statement: Statement, { version }: ForwardingTarget): Statement {
  if (version !== '1.0.3' || !statement.version?.startsWith('2.')) return statement;
  const { version: _version, ...rest } = statement;
  return rest;
}
