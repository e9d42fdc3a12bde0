import type { LecternElements } from './generated/elements.js';

export type LecternTag = keyof LecternElements;

/** What the element fires under a name: `LecternEventOf<'course-player', 'lectern-error'>`. */
export type LecternEventOf<Tag extends LecternTag, Name extends keyof LecternElements[Tag]['events']> = LecternElements[Tag]['events'][Name];

type Pascal<Name extends string> = Name extends `${infer Head}-${infer Rest}` ? `${Capitalize<Head>}${Pascal<Rest>}` : Capitalize<Name>;

/** `lectern-error` as a handler's property: `onLecternError`. */
export type Handlers<Tag extends LecternTag> = {
  [Name in keyof LecternElements[Tag]['events'] as `on${Pascal<Name & string>}`]?: ((event: LecternElements[Tag]['events'][Name]) => void) | undefined;
};

/** What may be set on an element, each of them optional. */
export type Properties<Tag extends LecternTag> = { [Name in keyof LecternElements[Tag]['properties']]?: LecternElements[Tag]['properties'][Name] | undefined };
