import { pickText, VERBS, type Text } from '@lectern/core';
import type { Localizer } from './localize.js';

/** The verbs of the standards in the reader's language; any other by its own display, else by the end of its IRI. */
export function verbWords({ id, display }: { readonly id: string; readonly display?: Text | undefined }, words: Localizer): string {
  return knownVerbs(words).get(id) ?? (pickText(display, words.languages) || id.split(/[/#:]+/).filter(Boolean).at(-1) || id);
}

function knownVerbs({ msg }: Localizer): ReadonlyMap<string, string> {
  return new Map([
    [VERBS.initialized.id, msg('opened')],
    [VERBS.completed.id, msg('completed')],
    [VERBS.passed.id, msg('passed')],
    [VERBS.failed.id, msg('failed')],
    [VERBS.terminated.id, msg('closed')],
    [VERBS.progressed.id, msg('progressed in')],
    [VERBS.attempted.id, msg('attempted')],
    [VERBS.interacted.id, msg('interacted with')],
    [VERBS.answered.id, msg('answered')],
    [VERBS.responded.id, msg('responded to')],
    [VERBS.scored.id, msg('scored')],
    [VERBS.suspended.id, msg('suspended')],
    [VERBS.resumed.id, msg('resumed')],
    [VERBS.launched.id, msg('launched')],
    [VERBS.registered.id, msg('registered for')],
    [VERBS.played.id, msg('played')],
    [VERBS.paused.id, msg('paused')],
    [VERBS.seeked.id, msg('skipped in')],
    [VERBS.used.id, msg('used')],
    [VERBS.abandoned.id, msg('abandoned')],
    [VERBS.waived.id, msg('waived')],
    [VERBS.satisfied.id, msg('satisfied')],
    [VERBS.conferred.id, msg('conferred')],
    [VERBS.revoked.id, msg('revoked')],
    [VERBS.verified.id, msg('verified')],
    ['http://adlnet.gov/expapi/verbs/voided', msg('voided')],
    ['http://adlnet.gov/expapi/verbs/experienced', msg('experienced')],
  ]);
}
