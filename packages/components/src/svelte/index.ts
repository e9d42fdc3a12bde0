import type { HTMLAttributes } from 'svelte/elements';
import type { LecternElements } from '../frameworks/generated/elements.js';
import type { LecternTag, Properties } from '../frameworks/handlers.js';

export { defineElements } from '../frameworks/define-elements.js';

/** Svelte 5 names a handler after the event: `onlectern-error`. */
type SvelteHandlers<Tag extends LecternTag> = { [Name in keyof LecternElements[Tag]['events'] as `on${Name & string}`]?: ((event: LecternElements[Tag]['events'][Name]) => void) | undefined };

/** An element as Svelte's checker sees it. */
export type LecternSvelteElement<Tag extends LecternTag> = Properties<Tag> & SvelteHandlers<Tag> & Omit<HTMLAttributes<LecternElements[Tag]['element']>, keyof Properties<Tag>>;

declare module 'svelte/elements' {
  export interface SvelteHTMLElements {
    'course-player': LecternSvelteElement<'course-player'>;
    'credit-tracker': LecternSvelteElement<'credit-tracker'>;
    'learning-session': LecternSvelteElement<'learning-session'>;
    'simulation-viewer': LecternSvelteElement<'simulation-viewer'>;
    'statement-feed': LecternSvelteElement<'statement-feed'>;
  }
}
