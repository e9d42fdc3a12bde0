import type { Interaction, InteractionType } from '@lectern/core';
import { parseDuration } from '@lectern/core';
import type { CmiTree, ScormVersion } from '../frame/protocol.js';
import { entriesAt, numberAt, valueAt } from './cmi.js';
import { spanSeconds } from './time.js';

const TYPES: readonly InteractionType[] = [
  'true-false', 'choice', 'fill-in', 'long-fill-in', 'matching', 'performance', 'sequencing', 'likert', 'numeric', 'other',
];

/** Each answered interaction of a data model, in xAPI's words. One without a response and a result has not been answered. */
export function readInteractions(cmi: CmiTree, version: ScormVersion): Interaction[] {
  return entriesAt(cmi, 'interactions').flatMap((entry) => {
    const interaction = version === '1.2' ? read12(entry) : read2004(entry);
    return interaction.id !== '' && (interaction.response !== undefined || valueAt(entry, 'result') !== '') ? [interaction] : [];
  });
}

function typeOf(entry: CmiTree): InteractionType {
  const type = valueAt(entry, 'type') as InteractionType;
  return TYPES.includes(type) ? type : 'other';
}

/** SCORM 1.2 RTE 3.4.4, interactions; to xAPI Data 2.4.4.1. */
function read12(entry: CmiTree): Interaction {
  const type = typeOf(entry);
  const response = valueAt(entry, 'student_response');
  const patterns = entriesAt(entry, 'correct_responses').map((pattern) => encode12(valueAt(pattern, 'pattern'), type)).filter(Boolean);
  return interaction(entry, type, response === '' ? undefined : encode12(response, type), patterns, spanSeconds(valueAt(entry, 'latency'), '1.2'));
}

/** Lists are parted by commas, pairs by dots; braces hold a list together. */
function encode12(value: string, type: InteractionType): string {
  const inner = value.replace(/^\{([^]*)\}$/, '$1');
  switch (type) {
    case 'true-false':
      return /^(t|1|true)/i.test(value) ? 'true' : 'false';
    case 'choice':
    case 'sequencing':
      return inner.split(',').map((part) => part.trim()).join('[,]');
    case 'matching':
      return inner.split(',').map((pair) => pair.trim().replace('.', '[.]')).join('[,]');
    default:
      return value;
  }
}

/** SCORM 2004 RTE 4.2.9: its separators are xAPI's; the order markers are not in xAPI responses. */
function read2004(entry: CmiTree): Interaction {
  const type = typeOf(entry);
  const response = valueAt(entry, 'learner_response');
  const patterns = entriesAt(entry, 'correct_responses').map((pattern) => valueAt(pattern, 'pattern')).filter(Boolean);
  const latency = valueAt(entry, 'latency');
  return interaction(entry, type, response === '' ? undefined : response, patterns, latency === '' ? undefined : parseDuration(latency), valueAt(entry, 'description'));
}

function interaction(
  entry: CmiTree,
  type: InteractionType,
  response: string | undefined,
  patterns: readonly string[],
  latency: number | undefined,
  description?: string,
): Interaction {
  const weighting = numberAt(entry, 'weighting');
  const success = successOf(valueAt(entry, 'result'));
  return {
    id: valueAt(entry, 'id'),
    type,
    ...(description ? { description } : {}),
    ...(patterns.length > 0 ? { correctResponsesPattern: patterns } : {}),
    ...(response === undefined ? {} : { response }),
    ...(success === undefined ? {} : { success }),
    ...(weighting === undefined ? {} : { weighting }),
    ...(latency === undefined ? {} : { latency }),
  };
}

/** `wrong` in 1.2 is `incorrect` in 2004; `neutral`, `unanticipated` and a number are neither right nor wrong. */
function successOf(result: string): boolean | undefined {
  if (result === 'correct') return true;
  return result === 'wrong' || result === 'incorrect' ? false : undefined;
}
