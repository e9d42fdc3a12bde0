import type { ColumnType } from 'kysely';

/** JSON columns arrive as text: most is only handed on, and what is read is parsed where it is read. */
export type JsonText = string;
export type At = ColumnType<Date, Date | string, Date | string>;
export type AtDefault = ColumnType<Date, Date | string | undefined, Date | string>;
export type AtOptional = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
