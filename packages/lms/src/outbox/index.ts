export * from './delivery-error.js';
export type { JournalStorage } from './journal.js';
export type { OutboxLimits, OutboxOptions, PageLifecycle, PageMoment, Timers } from './environment.js';
export type { OutboxExport, OutboxInspection } from './inspection.js';
export * from './outbox.js';
export type { OutboxQueue, QueueOptions } from './queue.js';
export { RECORD_VERSION, type FailedRecord, type OutboxRecord, type StateSave } from './record.js';
export type { SendOptions, Transport } from './transport.js';
