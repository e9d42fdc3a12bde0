import { validateStatement } from '@lectern/core/statement/validate';
import { FeedEntry } from './feed-entry.js';
import { toCsv, type SayVerb } from './csv.js';
import { matches, type Criteria } from './filters.js';
import { fetchStatements, statementsUrl, type LrsAccess } from './lrs-client.js';
import { jsonOf, stringOf } from './plain-value.js';

export type ExportFormat = 'json' | 'csv';

/** What was exported, ready to be kept. */
export interface ExportedStatements {
  readonly format: ExportFormat;
  readonly blob: Blob;
  readonly fileName: string;
  readonly count: number;
  /** Left out of JSON, because they are no statements by the rules of xAPI. */
  readonly leftOut: number;
  /** There are more than an export holds. */
  readonly cut: boolean;
}

export interface ExportOptions {
  readonly languages: readonly string[];
  readonly sayVerb: SayVerb;
  /** There are more than these. */
  readonly cut?: boolean;
  readonly now?: Date;
}

export function exportStatements(entries: readonly FeedEntry[], format: ExportFormat, { languages, sayVerb, cut = false, now = new Date() }: ExportOptions): ExportedStatements {
  const fileName = `statements-${now.toISOString().slice(0, 19).replaceAll(':', '')}Z.${format}`;
  if (format === 'csv') {
    return { format, blob: new Blob([toCsv(entries, languages, sayVerb)], { type: 'text/csv;charset=utf-8' }), fileName, count: entries.length, leftOut: 0, cut };
  }
  const bodies = entries.flatMap(({ value }) => (isStatement(value) ? (jsonOf(value) ?? []) : []));
  const json = bodies.length > 0 ? `[\n${bodies.join(',\n')}\n]\n` : '[]\n';
  return { format, blob: new Blob([json], { type: 'application/json' }), fileName, count: bodies.length, leftOut: entries.length - bodies.length, cut };
}

export function isStatement(value: unknown): boolean {
  return validateStatement(value, { asReceived: true, version: versionOf(value) }).length === 0;
}

/** The version that a statement is to be judged by. */
export const versionOf = (value: unknown): '1.0.3' | '2.0.0' => (stringOf(value, 'version')?.startsWith('2.') ? '2.0.0' : '1.0.3');

/** Statements and characters of one export, at most: a browser has to hold it whole. */
const MOST = 50_000;
const LONGEST = 200_000_000;

/** Statements in one answer: as many as most record stores give. */
const LIMIT = '500';

/**
 * All pages of a query, newest first.
 * @param onProgress how many have been read
 * @throws StatementFeedError; rejects with an AbortError when `signal` is aborted
 */
export async function readAllPages(
  access: LrsAccess,
  query: URLSearchParams,
  criteria: Criteria,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (read: number) => void },
): Promise<{ entries: FeedEntry[]; cut: boolean }> {
  const asked = new URLSearchParams(query);
  asked.set('limit', LIMIT);
  const entries = new Map<string, FeedEntry>();
  let url: string | undefined = statementsUrl(access.endpoint, asked);
  let read = 0;
  let length = 0;
  while (url !== undefined) {
    const { statements, more } = await fetchStatements(access, url, signal);
    signal.throwIfAborted();
    for (const value of statements) {
      const entry = new FeedEntry(stringOf(value, 'id')?.toLowerCase() ?? `page-${read}`, read++, value);
      entry.inStore = true;
      if (!matches(entry, criteria)) continue;
      length += jsonOf(value)?.length ?? 0;
      entries.set(entry.key, entry);
      if (entries.size >= MOST || length > LONGEST) return { entries: [...entries.values()], cut: true };
    }
    onProgress(read);
    // A page that leads on to nothing would never end.
    url = statements.length === 0 ? undefined : more;
  }
  return { entries: [...entries.values()], cut: false };
}

/** Hands the file to the person's browser. */
export function download({ blob, fileName }: ExportedStatements): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: fileName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
