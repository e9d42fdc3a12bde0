import type { ReactiveControllerHost } from 'lit';
import { LecternErrorEvent } from '../internal/lectern-error-event.js';
import { str, type Localizer } from '../internal/localize.js';
import { verbWords } from '../internal/verb-words.js';
import { download, exportStatements, readAllPages, type ExportedStatements, type ExportFormat } from './export-statements.js';
import type { ExportView } from './export-view.js';
import type { FeedEntry } from './feed-entry.js';
import type { Criteria } from './filters.js';
import type { LrsAccess } from './lrs-client.js';
import { StatementFeedError } from './statement-feed-error.js';
import { StatementExportEvent } from './statement-feed.events.js';

/** What an export is made from. */
export interface ExportSource {
  /** What is here and asked for. */
  readonly entries: readonly FeedEntry[];
  /** What to ask for all pages; absent where what is here is all. */
  readonly store?: { readonly access: LrsAccess; readonly query: URLSearchParams; readonly criteria: Criteria } | undefined;
}

/** Makes the file that a person asks for, from what is here or from all pages of the record store. */
export class Exporter {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #running: AbortController | undefined;
  /** All pages, instead of what is here. */
  all = false;
  /** How many statements have been read, while all pages are. */
  progress: number | undefined;
  /** What has become of the last export, in words. */
  outcome = '';

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
  }

  /** Makes the file and hands it over. Never rejects: what goes wrong is an event, and the outcome says so. */
  async run(source: ExportSource, format: ExportFormat, words: Localizer): Promise<void> {
    this.outcome = '';
    try {
      const exported = await this.#make(source, format, words);
      if (!exported) return;
      if (this.#host.dispatchEvent(new StatementExportEvent(exported))) download(exported);
      this.outcome = outcomeWords(exported, words);
    } catch (cause) {
      this.outcome = words.msg('The export could not be finished.');
      const error = cause instanceof StatementFeedError ? cause : new StatementFeedError('export-failed', 'The export could not be made.', { cause });
      this.#host.dispatchEvent(new LecternErrorEvent(error));
    }
    this.#host.requestUpdate();
  }

  /** @returns `undefined` where it was cancelled */
  async #make(source: ExportSource, format: ExportFormat, words: Localizer): Promise<ExportedStatements | undefined> {
    const options = { languages: words.languages, sayVerb: (verb: Parameters<typeof verbWords>[0]) => verbWords(verb, words) };
    this.cancel();
    if (!this.all || !source.store) return exportStatements(source.entries, format, options);
    const running = (this.#running = new AbortController());
    this.#show(0);
    try {
      const { access, query, criteria } = source.store;
      const { entries, cut } = await readAllPages(access, query, criteria, { signal: running.signal, onProgress: (read) => this.#show(read) });
      // What waits in this browser is no less a record than what has arrived.
      const stored = new Set(entries.map(({ key }) => key));
      const waiting = source.entries.filter(({ key }) => !stored.has(key));
      return exportStatements([...waiting, ...entries], format, { ...options, cut });
    } catch (cause) {
      if (running.signal.aborted) return undefined;
      throw cause;
    } finally {
      if (this.#running === running) {
        this.#running = undefined;
        this.#show(undefined);
      }
    }
  }

  /** What its controls show, and how they ask for something. */
  get view(): Pick<ExportView, 'all' | 'progress' | 'outcome' | 'setAll' | 'cancel'> {
    const { all, progress, outcome } = this;
    const setAll = (wanted: boolean): void => {
      this.all = wanted;
      this.#host.requestUpdate();
    };
    return { all, progress, outcome, setAll, cancel: () => this.cancel() };
  }

  cancel(): void {
    this.#running?.abort();
  }

  #show(progress: number | undefined): void {
    this.progress = progress;
    this.#host.requestUpdate();
  }
}

function outcomeWords({ count, leftOut, cut }: ExportedStatements, words: Localizer): string {
  const { msg } = words;
  return [
    msg(str`Exported: ${words.number(count)}.`),
    leftOut > 0 ? msg(str`Left out, because they break the rules of xAPI: ${words.number(leftOut)}.`) : '',
    cut ? msg('There are more than one export holds: narrow the filters.') : '',
  ].join(' ').trim();
}
