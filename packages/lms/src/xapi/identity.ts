import type { Actor, Agent, Statement } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { identifierOf } from '../outbox/redaction.js';

/**
 * What statements and documents say about who people are.
 * - `nameless` (default): nobody's `name`. Identifiers stay as they are, so that an LRS goes on knowing its learners.
 * - `account`: nobody's `name`, and no learner but by `account`: an e-mail address, its hash or an OpenID is refused.
 * - `as-given`: all of it.
 * - a function: the learner's pseudonym, an `account`; nobody's `name`. The LRS must know the learner by it.
 */
export type Identity = 'nameless' | 'account' | 'as-given' | ((learner: Agent) => Agent);

export interface ChosenIdentity {
  /** Who the learner is to the LRS, in statements and in the agent of state documents alike. */
  readonly learner: Agent;
  /** A statement as it may be recorded. */
  readonly apply: ((statement: Statement) => Statement) | undefined;
}

/** @throws DeliveryError `identity-refused` with the `field` */
export function chooseIdentity(learner: Agent, identity: Identity): ChosenIdentity {
  if (identity === 'as-given') return { learner, apply: undefined };
  const chosen = nameless(typeof identity === 'function' ? pseudonymOf(learner, identity) : learner);
  if (identity !== 'nameless' && !chosen.account) {
    const field = (['mbox', 'mbox_sha1sum', 'openid'] as const).find((name) => chosen[name] !== undefined);
    throw new DeliveryError('identity-refused', 'The learner is to be known by an account, with an opaque name.', { field: field ? `actor.${field}` : 'actor' });
  }
  const self = identifierOf(learner);
  const person = <Given extends Actor>(actor: Given): Given => {
    if (identifierOf(actor) !== self) return withoutNames(actor, person);
    return { ...chosen, ...(actor.objectType ? { objectType: actor.objectType } : {}) } as Given;
  };
  return { learner: chosen, apply: (statement) => replacePeople(statement, person) };
}

function pseudonymOf(learner: Agent, identity: (learner: Agent) => Agent): Agent {
  try {
    const pseudonym = identity({ ...learner });
    const { homePage, name } = pseudonym.account ?? {};
    if (typeof homePage === 'string' && URL.canParse(homePage) && typeof name === 'string' && name !== '') return { objectType: 'Agent', account: { homePage, name } };
    throw new TypeError('A pseudonym is an account with a home page and a name.');
  } catch (cause) {
    throw new DeliveryError('identity-refused', 'There is no pseudonym for the learner.', { field: 'actor', cause });
  }
}

const nameless = ({ name: _name, ...agent }: Agent): Agent => agent;

/** A group's own name is nobody's. */
function withoutNames<Given extends Actor>(actor: Given, person: Replace): Given {
  if (actor.objectType !== 'Group') return nameless(actor as Agent) as Given;
  return actor.member ? { ...actor, member: actor.member.map(person) } : actor;
}

type Replace = <Given extends Actor>(actor: Given) => Given;

/** Everywhere that a statement names people (xAPI Data 2.4). `authority` is the LRS's to set. */
function replacePeople<Given extends Pick<Statement, 'actor' | 'object' | 'context'>>(statement: Given, person: Replace): Given {
  const { actor, object, context } = statement;
  return { ...statement, actor: person(actor), object: objectOf(object, person), ...(context ? { context: contextOf(context, person) } : {}) };
}

function objectOf(object: Statement['object'], person: Replace): Statement['object'] {
  switch (object.objectType) {
    case 'Agent':
    case 'Group':
      return person(object as Actor) as Statement['object'];
    case 'SubStatement':
      return replacePeople(object, person);
    default:
      return object;
  }
}

function contextOf(context: NonNullable<Statement['context']>, person: Replace): NonNullable<Statement['context']> {
  const { instructor, team, contextAgents, contextGroups } = context;
  return {
    ...context,
    ...(instructor ? { instructor: person(instructor) } : {}),
    ...(team ? { team: person(team) } : {}),
    ...(contextAgents ? { contextAgents: contextAgents.map((one) => ({ ...one, agent: person(one.agent) })) } : {}),
    ...(contextGroups ? { contextGroups: contextGroups.map((one) => ({ ...one, group: person(one.group) })) } : {}),
  };
}
