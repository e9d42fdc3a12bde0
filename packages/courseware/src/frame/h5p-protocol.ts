/** Where h5p-standalone lies: the folder `dist` of its package, beside the frame's page, as its host has put it there. */
export const H5P_PLAYER = 'h5p/';

/** Why H5P content does not run. `detail` is for people who look into it. */
export interface H5pProblem {
  /** `h5p-player-missing`: the content origin has no h5p-standalone. `h5p-file-missing`, `h5p-file-damaged`: `file` of the content. `h5p-failed`: its code threw. */
  readonly code: 'h5p-player-missing' | 'h5p-file-missing' | 'h5p-file-damaged' | 'h5p-failed';
  readonly file?: string;
  readonly detail?: string;
}

/** What the frame tells of H5P content. Foreign: whoever receives it checks it. */
export type H5pNews =
  | { readonly type: 'ready' }
  /** As the content made it. */
  | { readonly type: 'statement'; readonly statement: unknown }
  /** What the content wants to have back. */
  | { readonly type: 'state'; readonly state: string }
  | { readonly type: 'problem'; readonly problem: H5pProblem };

const CODES: readonly unknown[] = ['h5p-player-missing', 'h5p-file-missing', 'h5p-file-damaged', 'h5p-failed'] satisfies H5pProblem['code'][];

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value.slice(0, 2_000) : undefined);

/** News as it came; nothing where it is none. Never throws. */
export function readH5pNews(value: unknown): H5pNews | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, statement, state, problem } = value as Record<string, unknown>;
  switch (type) {
    case 'ready':
      return { type };
    case 'statement':
      return { type, statement };
    case 'state':
      return typeof state === 'string' ? { type, state } : undefined;
    case 'problem': {
      const { code, file, detail } = (typeof problem === 'object' && problem !== null ? problem : {}) as Record<string, unknown>;
      const [where, why] = [text(file), text(detail)];
      return { type, problem: { code: CODES.includes(code) ? (code as H5pProblem['code']) : 'h5p-failed', ...(where === undefined ? {} : { file: where }), ...(why === undefined ? {} : { detail: why }) } };
    }
    default:
      return undefined;
  }
}
