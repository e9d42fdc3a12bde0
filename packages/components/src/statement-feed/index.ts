export { StatementFeed } from './statement-feed.js';
export { StatementExportEvent, StatementFilterEvent, StatementSelectEvent } from './statement-feed.events.js';
export { StatementFeedError, type StatementFeedErrorCode, type StatementFeedErrorDetails } from './statement-feed-error.js';
export type { ExportedStatements, ExportFormat } from './export-statements.js';
export type { FeedStatus } from './feed-entry.js';
export type { FilterName, FilterValues } from './filters.js';
