/** A book as foliate-js reads it; from outside, so each part may be missing. */
export interface FoliateBook {
  readonly toc?: readonly FoliateTocItem[] | null;
  readonly sections: readonly { readonly id?: unknown }[];
  readonly dir?: string | null;
  readonly metadata?: { readonly language?: string | readonly string[] };
  /** Says what is being loaded, so that it can be changed before it is shown. */
  readonly transformTarget?: EventTarget;
  destroy?(): void;
}

export interface FoliateTocItem {
  readonly label?: string | null;
  readonly href?: string | null;
  readonly subitems?: readonly FoliateTocItem[] | null;
}

/** The detail of its `relocate` event. */
export interface FoliateLocation {
  readonly cfi?: string;
  readonly fraction?: number;
  readonly location?: { readonly current: number; readonly next: number; readonly total: number };
  readonly range?: Range;
}
