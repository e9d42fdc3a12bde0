import { DEFAULT_COMPLETION_THRESHOLD } from '../../session/rules.js';
import type { Segment } from '../../session/segments.js';
import type { StatementProfile, StatementSource } from '../profile.js';
import type { Extensions } from '../statement.js';
import { ACTIVITY_TYPES, EXTENSIONS } from '../vocabulary.js';
import { cmi5Rules } from './cmi5.js';

const { document } = EXTENSIONS;

/** Pages are counted from 1, both ends included: `[[0, 3], [6, 7]]` is `1[.]3[,]7[.]7`. */
export function formatPages(union: readonly Segment[]): string {
  return union.map(([from, to]) => `${Math.floor(from) + 1}[.]${Math.max(Math.floor(from) + 1, Math.ceil(to))}`).join('[,]');
}

/** Only documents that have pages tell of them. */
const pages = ({ state }: StatementSource): Extensions =>
  state.length === undefined
    ? {}
    : {
        [document.pages]: state.length,
        [document.pagesRead]: formatPages(state.segments),
        ...(state.position === undefined ? {} : { [document.page]: Math.floor(state.position) + 1 }),
      };

/** Where a completion comes from: the rule that made it, as the unit declares it or by default. */
const policy = ({ unit, state }: StatementSource): Extensions =>
  unit.kind !== 'document' || state.length === undefined
    ? {}
    : {
        [document.completionPolicy]: {
          completionThreshold: unit.completionThreshold ?? DEFAULT_COMPLETION_THRESHOLD,
          ...(unit.minPageSeconds === undefined ? {} : { minPageSeconds: unit.minPageSeconds }),
        },
      };

const { completed, progressed, terminated } = cmi5Rules;

/** cmi5's defined statements, with the pages that were read. */
export const documentProfile: StatementProfile = {
  activityType: ACTIVITY_TYPES.document,
  rules: {
    ...cmi5Rules,
    progressed: {
      ...progressed,
      result: (source) => ({ extensions: { ...progressed.result(source).extensions, ...pages(source) } }),
      contextExtensions: policy,
    },
    completed: { ...completed, result: (source) => withPages(source, completed.result(source)), contextExtensions: policy },
    terminated: { ...terminated, result: (source) => withPages(source, terminated.result(source)) },
  },
};

function withPages<R extends object>(source: StatementSource, result: R): R & { readonly extensions?: Extensions } {
  const extensions = pages(source);
  return Object.keys(extensions).length > 0 ? { ...result, extensions } : result;
}
