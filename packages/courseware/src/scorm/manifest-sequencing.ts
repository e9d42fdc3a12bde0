import type { ActivitySequencing } from '@lectern/core';
import type { XmlElement } from '../package/xml-element.js';
import { PRE_ACTIONS, POST_ACTIONS, SequencingReader, some, type SequencingReading } from './sequencing-reader.js';

/** The shared sequencing of a manifest (CAM 5.1.1). */
export function sharedSequencing(root: XmlElement): ReadonlyMap<string, XmlElement> {
  const entries = root.child('sequencingCollection')?.childrenNamed('sequencing') ?? [];
  return new Map(entries.flatMap((element) => (element.attribute('ID') ? [[element.attribute('ID')!, element] as const] : [])));
}

/**
 * Reads the sequencing of an item or organization: `imsss:sequencing` and what it refers to, ADL's extensions, and presentation (CAM 5, SN 3).
 * A value that is none is left out with a warning, so that the standard's default holds. @returns `undefined` where nothing is said
 */
export function readActivitySequencing(owner: XmlElement, reading: SequencingReading): ActivitySequencing | undefined {
  const own = owner.child('sequencing');
  const reference = own?.attribute('IDRef');
  const shared = reference ? reading.shared.get(reference) : undefined;
  if (reference && !shared) {
    reading.warn({ code: 'value-ignored', message: `There is no sequencing "${reference.slice(0, 80)}" in the collection.`, file: reading.file, field: own!.attributePath('IDRef') });
  }
  // An element of the item's own stands over the shared one of that name.
  const pick = (name: string): XmlElement | undefined => own?.child(name) ?? shared?.child(name);
  const reader = new SequencingReader(reading);
  const rules = pick('sequencingRules');
  const attemptLimit = reader.count(pick('limitConditions'), 'attemptLimit');
  const choices = pick('constrainedChoiceConsiderations');
  const result: ActivitySequencing = {
    ...(owner.attribute('isvisible') === 'false' ? { hidden: true } : {}),
    ...some('hideLmsUi', reader.hideLmsUi(owner)),
    ...some('controlMode', reader.controlMode(pick('controlMode'))),
    ...(reader.flag(choices, 'constrainChoice') ? { constrainChoice: true } : {}),
    ...(reader.flag(choices, 'preventActivation') ? { preventActivation: true } : {}),
    ...some('preConditions', reader.rules(rules, 'preConditionRule', PRE_ACTIONS)),
    ...some('exitConditions', reader.rules(rules, 'exitConditionRule', ['exit'] as const)),
    ...some('postConditions', reader.rules(rules, 'postConditionRule', POST_ACTIONS)),
    ...(attemptLimit === undefined ? {} : { attemptLimit }),
    ...some('rollup', reader.rollup(pick('rollupRules'), pick('rollupConsiderations'))),
    ...some('objectives', reader.objectives(own?.childrenNamed('objectives') ?? [], shared?.childrenNamed('objectives') ?? [])),
    ...some('selection', reader.selection(pick('randomizationControls'))),
    ...some('randomization', reader.randomization(pick('randomizationControls'))),
    ...some('delivery', reader.delivery(pick('deliveryControls'))),
    ...some('completion', reader.completion(owner.child('completionThreshold'))),
    ...some('data', reader.data(owner.child('data'))),
  };
  return Object.keys(result).length > 0 ? result : undefined;
}

