/**
 * Angular sets properties of custom elements and listens to their events by itself, where a component says `schemas: [CUSTOM_ELEMENTS_SCHEMA]`. What it does not know is their types:
 * these are for a component's fields and handlers, which its templates are then checked against as far as the schema allows.
 */
import type { LecternElements } from '../frameworks/generated/elements.js';
import type { LecternTag } from '../frameworks/handlers.js';

export { defineElements } from '../frameworks/define-elements.js';

export type { LecternElements } from '../frameworks/generated/elements.js';
export type { LecternEventOf, LecternTag, Properties as LecternProperties } from '../frameworks/handlers.js';

/** What `viewChild` or a template reference gives: `ElementRef<LecternElement<'course-player'>>`. */
export type LecternElement<Tag extends LecternTag> = LecternElements[Tag]['element'];
