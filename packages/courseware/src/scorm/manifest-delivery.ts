import { parseDuration, type ScormUnit } from '@lectern/core';
import type { PackageWarning } from '../package/package-error.js';
import type { XmlElement } from '../package/xml-element.js';
import type { ScormVersion } from './manifest-version.js';

/** What the LMS tells a SCO at its start, and by which it judges it. */
export type Delivery = Pick<
  ScormUnit,
  'launchData' | 'maxTimeAllowed' | 'maxTimeAllowedText' | 'timeLimitAction' | 'completionThreshold' | 'masteryScore' | 'masteryScoreRaw' | 'objectives' | 'prerequisites'
>;

interface DeliveryOptions {
  readonly file: string;
  readonly version: ScormVersion;
  readonly root: XmlElement;
  readonly warn: (warning: PackageWarning) => void;
}

const TIME_LIMIT_ACTIONS = ['exit,message', 'exit,no message', 'continue,message', 'continue,no message'];

/** Reads an item's delivery data (1.2 CAM 2.3.5; 2004 CAM 5.1, 3.4.1.9). A value that is none is left out with a warning. */
export function readDelivery(item: XmlElement, options: DeliveryOptions): Delivery {
  const launchData = item.textOf('dataFromLMS');
  const action = readAction(item, options);
  return {
    ...(launchData ? { launchData } : {}),
    ...(action ? { timeLimitAction: action } : {}),
    ...(options.version === '1.2' ? read12(item, options) : read2004(item, options)),
  };
}

function ignored(element: XmlElement, value: string, { file, warn }: DeliveryOptions): undefined {
  warn({ code: 'value-ignored', message: `"${value.slice(0, 80)}" is no value of <${element.name}>; it was left out.`, file, field: element.path });
  return undefined;
}

function readAction(item: XmlElement, options: DeliveryOptions): string | undefined {
  const element = item.child('timeLimitAction');
  const value = element?.text.trim().toLowerCase().replace(/\s*,\s*/, ',');
  if (!element || !value) return undefined;
  return TIME_LIMIT_ACTIONS.includes(value) ? value : ignored(element, value, options);
}

function read12(item: XmlElement, options: DeliveryOptions): Delivery {
  const mastery = readNumber(item.child('masteryscore'), 0, 100, options);
  const maxTime = item.child('maxtimeallowed');
  const seconds = maxTime ? (timespanSeconds(maxTime.text.trim()) ?? (maxTime.text.trim() ? ignored(maxTime, maxTime.text.trim(), options) : undefined)) : undefined;
  const prerequisites = item.textOf('prerequisites');
  return {
    ...(mastery === undefined ? {} : { masteryScoreRaw: mastery, masteryScore: mastery / 100 }),
    ...(seconds === undefined ? {} : { maxTimeAllowed: seconds, maxTimeAllowedText: maxTime!.text.trim() }),
    ...(prerequisites ? { prerequisites } : {}),
  };
}

/** CMITimespan: `HHHH:MM:SS.SS`. */
function timespanSeconds(text: string): number | undefined {
  const match = /^(\d{1,4}):(\d{2}):(\d{2}(?:\.\d{1,2})?)$/.exec(text);
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]) : undefined;
}

function read2004(item: XmlElement, options: DeliveryOptions): Delivery {
  const own = item.child('sequencing');
  const shared = sharedSequencing(options.root, own?.attribute('IDRef'));
  const pick = (name: string): XmlElement | undefined => own?.child(name) ?? shared?.child(name);
  const objectives = readObjectives(pick('objectives'), options);
  const primary = objectives[0];
  const limit = pick('limitConditions')?.attribute('attemptAbsoluteDurationLimit');
  const seconds = limit ? parseDuration(limit) : undefined;
  const threshold = readThreshold(item.child('completionThreshold'), options);
  return {
    ...(objectives.length > 0 ? { objectives } : {}),
    ...(primary?.satisfiedByMeasure && (primary.minNormalizedMeasure ?? 1) >= 0 ? { masteryScore: primary.minNormalizedMeasure ?? 1 } : {}),
    ...(seconds === undefined ? {} : { maxTimeAllowed: seconds, maxTimeAllowedText: limit! }),
    ...(threshold === undefined ? {} : { completionThreshold: threshold }),
  };
}

/** `IDRef` names a sequencing of the collection; the item's own elements stand over its (CAM 5.1.1). */
function sharedSequencing(root: XmlElement, reference: string | undefined): XmlElement | undefined {
  if (!reference) return undefined;
  return root.child('sequencingCollection')?.childrenNamed('sequencing').find((shared) => shared.attribute('ID') === reference);
}

/** The primary objective first (CAM 5.1.6). */
function readObjectives(list: XmlElement | undefined, options: DeliveryOptions): NonNullable<ScormUnit['objectives']> {
  const elements = [...(list?.childrenNamed('primaryObjective') ?? []), ...(list?.childrenNamed('objective') ?? [])];
  return elements.flatMap((element) => {
    const id = element.attribute('objectiveID');
    const measure = readNumber(element.child('minNormalizedMeasure'), -1, 1, options);
    // A primary objective may go without an id; then a SCO cannot name it, but the mastery score still stands.
    if (!id && element.name !== 'primaryObjective') return [];
    return [
      {
        id: id ?? '',
        ...(element.attribute('satisfiedByMeasure') === 'true' ? { satisfiedByMeasure: true } : {}),
        ...(measure === undefined ? {} : { minNormalizedMeasure: measure }),
      },
    ];
  });
}

/** A number in the element (3rd edition), or attributes (4th, CAM 3.4.1.9): `minProgressMeasure` counts when `completedByMeasure`. */
function readThreshold(element: XmlElement | undefined, options: DeliveryOptions): number | undefined {
  if (!element) return undefined;
  const by = element.attribute('completedByMeasure');
  if (by === undefined && element.attribute('minProgressMeasure') === undefined) return readNumber(element, 0, 1, options);
  if (by !== 'true') return undefined;
  const minimum = Number(element.attribute('minProgressMeasure') ?? 1);
  return minimum >= 0 && minimum <= 1 ? minimum : ignored(element, String(element.attribute('minProgressMeasure')), options);
}

function readNumber(element: XmlElement | undefined, min: number, max: number, options: DeliveryOptions): number | undefined {
  const text = element?.text.trim();
  if (!element || !text) return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= min && value <= max ? value : ignored(element, text, options);
}
