import type { CompletionPolicy } from '../../course/units.js';
import type { StatementProfile, StatementSource } from '../profile.js';
import type { Extensions } from '../statement.js';
import { EXTENSIONS } from '../vocabulary.js';
import { assessmentProfile } from './assessment.js';
import { lessonProfile } from './cmi5.js';

/**
 * By what rule content that speaks no standard was completed, and whose rule that is. `course`: the course's author declared it. `import`: the package's format cannot, and the reader
 * chose. `default`: nobody has. What a page reported, or how far it was scrolled, is the word of the page; that it was opened, and for how long, is ours.
 */
export function completionPolicy({ course, unit }: StatementSource): Extensions {
  const declared = unit.kind === 'html' || unit.kind === 'h5p' ? unit.completion : undefined;
  const policy: CompletionPolicy = declared ?? { policy: unit.kind === 'h5p' ? 'reported' : 'visited' };
  const declaredBy = declared === undefined ? 'default' : course.format === 'course' ? 'course' : 'import';
  return { [EXTENSIONS.completionPolicy]: { ...policy, declaredBy } };
}

const saying = (profile: StatementProfile): StatementProfile => ({ ...profile, rules: { ...profile.rules, completed: { ...profile.rules.completed!, contextExtensions: completionPolicy } } });

/** cmi5's defined statements; a completion says by what policy. */
export const pageProfile = saying(lessonProfile);

/** The same, with what was asked and answered. */
export const h5pProfile = saying(assessmentProfile);
