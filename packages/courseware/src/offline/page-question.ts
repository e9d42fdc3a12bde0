/** What a page asks of its worker (`page-worker.js`). The answer comes on the port that is sent along: `{ ok }`, with `empty` where no page is kept any more, or `{ ok: false, error }`. */
export type PageQuestion =
  /** Keep this page as it is now, with what it is made of. */
  | {
      readonly lectern: 'keep-page';
      /** Path and query. */
      readonly page: string;
      /** Folder of the player's bundle, whose files are all kept: any may be needed. */
      readonly bundle: string;
      /** Lists of more files that lie beside them. */
      readonly lists: readonly string[];
      /** What else the page has loaded. */
      readonly files: readonly string[];
    }
  | { readonly lectern: 'free-page'; readonly page: string };
