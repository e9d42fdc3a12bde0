import type { HTMLAttributes, PublicProps } from 'vue';
import { ELEMENTS, type LecternElements } from '../frameworks/generated/elements.js';
import type { Handlers, LecternTag, Properties } from '../frameworks/handlers.js';

export { defineElements } from '../frameworks/define-elements.js';

/** For `compilerOptions.isCustomElement` of Vue's compiler: these tags are elements, and no components. */
export const isLecternElement = (tag: string): boolean => Object.hasOwn(ELEMENTS, tag);

/** An element as Vue's template checker sees it: what it takes, and what it fires (`@lectern-error`). */
export type LecternVueElement<Tag extends LecternTag> = new () => {
  $props: Properties<Tag> & Handlers<Tag> & Omit<HTMLAttributes, keyof Properties<Tag>> & PublicProps;
  $el: LecternElements[Tag]['element'];
};

declare module 'vue' {
  interface GlobalComponents {
    'course-player': LecternVueElement<'course-player'>;
    'credit-tracker': LecternVueElement<'credit-tracker'>;
    'learning-session': LecternVueElement<'learning-session'>;
    'simulation-viewer': LecternVueElement<'simulation-viewer'>;
    'statement-feed': LecternVueElement<'statement-feed'>;
  }
}
