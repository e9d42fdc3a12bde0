export * from './frame-error.js';
export { openFrame, type OpenFrame, type OpenFrameOptions, type PackageFeed } from './open-frame.js';
export type * from './book/book-protocol.js';
export * from './open-book.js';
export type * from './media-protocol.js';
export * from './open-media.js';
export * from './open-page.js';
export * from './protocol.js';
export type { PageNews, PageWatchFor } from './watch-page.js';
