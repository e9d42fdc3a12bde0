import { pickText } from '@lectern/core';
import { str, type Localizer } from '../internal/localize.js';
import { durationWords, scoreWords } from '../internal/result-words.js';
import { verbWords } from '../internal/verb-words.js';
import type { Facts, ObjectFacts, ResultFacts } from './facts.js';
import type { FeedStatus } from './feed-entry.js';
import { oneLine } from './safe-text.js';

export function statusWords(status: FeedStatus, { msg }: Localizer): string {
  return {
    pending: msg('in memory'),
    journaled: msg('journaled'),
    durable: msg('durable'),
    stored: msg('stored'),
    // Not the verb, which other languages say in other words.
    failed: msg('failed', { id: 'receipt-failed' }),
    unknown: msg('no receipt'),
  }[status];
}

/** What each of them is safe from. */
export function statusMeaning(status: FeedStatus, { msg }: Localizer): string {
  return {
    pending: msg('Only in this page: a closed tab would lose it.'),
    journaled: msg('Written down in this browser: it survives a closed tab.'),
    durable: msg('Kept in this browser: it survives a killed browser.'),
    stored: msg('The record store has it.'),
    failed: msg('It will not be stored.'),
    unknown: msg('Whoever recorded it says nothing of where it is.'),
  }[status];
}

export function learnerWords({ learner }: Facts, { msg }: Localizer): string {
  return oneLine(learner.name || learner.key, 120) || msg('somebody');
}

export function verbOf({ verb }: Pick<Facts, 'verb'>, words: Localizer): string {
  return oneLine(verb.id === '' && !verb.display ? words.msg('(no verb)') : verbWords(verb, words), 120);
}

export function objectWords(object: ObjectFacts, words: Localizer): string {
  const name = oneLine(pickText(object.name, words.languages));
  if (name !== '') return name;
  if (object.kind === 'statement') return words.msg(str`the statement ${oneLine(object.id, 60)}`);
  if (object.inner) return `${verbOf(object.inner, words)} ${objectWords(object.inner.object, words)}`;
  return oneLine(object.id) || words.msg('something');
}

/** Score, success, completion, time: what there is of them. */
export function resultWords({ score, success, completion, duration }: ResultFacts, words: Localizer): readonly string[] {
  const { msg } = words;
  return [
    scoreWords(score, words),
    success === undefined ? '' : success ? msg('successful') : msg('not successful'),
    completion === undefined ? '' : completion ? msg('complete') : msg('incomplete'),
    duration === undefined ? '' : durationWords(duration.seconds, words),
  ].filter((text) => text !== '');
}
