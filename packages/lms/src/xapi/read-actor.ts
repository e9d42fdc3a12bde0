import type { Agent } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';

const invalid = (field: string, message: string): DeliveryError => new DeliveryError('launch-invalid', message, { field });

/** A learner as a server names them (xAPI Data 2.4.2.1). @throws DeliveryError `launch-invalid` with the `field` below `actor` */
export function readActor(value: unknown): Agent {
  if (!isObject(value)) throw invalid('actor', 'The launch names no learner.');
  const { objectType = 'Agent', name, account, mbox, mbox_sha1sum, openid } = value;
  if (objectType !== 'Agent') throw invalid('actor.objectType', 'A learner is an Agent.');
  const given = Object.entries({ mbox, mbox_sha1sum, openid }).filter(([, id]) => id !== undefined);
  if (given.length + (account === undefined ? 0 : 1) !== 1) throw invalid('actor', 'A learner has exactly one identifier (xAPI Data 2.4.2.1).');
  const named = typeof name === 'string' ? { name } : {};
  if (account === undefined) {
    const [[field, id] = ['', undefined]] = given;
    if (typeof id !== 'string') throw invalid(`actor.${field}`, 'The learner\'s identifier is not a string.');
    return { objectType: 'Agent', ...named, [field]: id };
  }
  if (!isObject(account) || typeof account['name'] !== 'string' || account['name'] === '') throw invalid('actor.account.name', 'The learner\'s account has no name.');
  if (typeof account['homePage'] !== 'string' || !URL.canParse(account['homePage'])) throw invalid('actor.account.homePage', 'The account\'s home page is not an IRI.');
  return { objectType: 'Agent', ...named, account: { homePage: account['homePage'], name: account['name'] } };
}
