/** Whoever changes a course's files and its row together holds it shared, in the transaction; a backup holds it alone while it takes both. */
export const CONTENT_LOCK = 0x4c434f4e; // "LCON"

/** One backup or restore at a time. */
export const BACKUP_LOCK = 0x4c42414b; // "LBAK"
