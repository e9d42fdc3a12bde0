import type { Interaction, InteractionPart, LearningEvent } from '../session/events.js';
import { formatDuration } from './duration.js';
import { languageMap } from './language.js';
import { childId, type StatementSource } from './profile.js';
import type { Activity, InteractionComponent, Result } from './statement.js';
import { ACTIVITY_TYPES } from './vocabulary.js';

/** The lists that an interaction type may have (xAPI Data 2.4.4.1, table of interaction components). An LRS may refuse others. */
const LISTS: Readonly<Record<string, readonly ('choices' | 'scale' | 'source' | 'target' | 'steps')[]>> = {
  choice: ['choices'],
  sequencing: ['choices'],
  likert: ['scale'],
  matching: ['source', 'target'],
  performance: ['steps'],
};

/** The activity of a question (xAPI Data 2.4.4.1), below its unit's. */
export function interactionActivity({ event: { interaction }, activity, course }: StatementSource<LearningEvent & { readonly type: 'answered' }>, folder: string): Activity {
  const { id, type, name, description, correctResponsesPattern } = interaction;
  const language = course.language;
  const lists = (LISTS[type] ?? []).flatMap((list) => {
    const parts = interaction[list];
    return parts?.length ? [[list, distinct(parts).map((part) => component(part, language))] as const] : [];
  });
  return {
    objectType: 'Activity',
    id: childId(activity.id, folder, id),
    definition: {
      type: ACTIVITY_TYPES.interaction,
      interactionType: type,
      ...(name ? { name: languageMap(name, language) } : {}),
      ...(description ? { description: languageMap(description, language) } : {}),
      ...(correctResponsesPattern?.length ? { correctResponsesPattern } : {}),
      ...Object.fromEntries(lists),
    },
  };
}

/** What was answered, and whether rightly (xAPI Data 2.4.5). */
export function interactionResult({ response, success, latency, score }: Interaction): Result {
  return {
    ...(response === undefined ? {} : { response }),
    ...(success === undefined ? {} : { success }),
    ...(latency === undefined ? {} : { duration: formatDuration(latency) }),
    ...(score ? { score } : {}),
  };
}

const component = ({ id, description }: InteractionPart, language: string | undefined): InteractionComponent => ({
  id,
  ...(description ? { description: languageMap(description, language) } : {}),
});

/** xAPI Data 2.4.4.1: ids differ within a list. */
const distinct = (parts: readonly InteractionPart[]): InteractionPart[] => [...new Map(parts.map((part) => [part.id, part])).values()];
