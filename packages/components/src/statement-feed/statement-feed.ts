import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { base } from '../internal/base.styles.js';
import { LecternErrorEvent } from '../internal/lectern-error-event.js';
import { Localizer } from '../internal/localize.js';
import { tokens } from '../internal/tokens.styles.js';
import { Announcer } from './announcer.js';
import { Clipboard } from './clipboard.js';
import { controls } from './controls.styles.js';
import { Exporter } from './exporter.js';
import type { ExportFormat } from './export-statements.js';
import type { FeedEntry, FeedStatus } from './feed-entry.js';
import { FeedSources } from './feed-sources.js';
import { countOf, renderBody, renderFoot, renderHead, type FeedView } from './feed-view.js';
import { FILTER_NAMES, matches, NO_FILTERS, readCriteria, type Criteria, type FilterValues } from './filters.js';
import { LiveSource } from './live-source.js';
import { toQuery } from './lrs-query.js';
import { Rows } from './rows.js';
import { rowStyles } from './rows.styles.js';
import { StatementFeedError } from './statement-feed-error.js';
import { StatementFilterEvent, StatementSelectEvent } from './statement-feed.events.js';
import { styles } from './statement-feed.styles.js';
import { countWords, newsWords } from './state-view.js';
import { StoreChoice, type GetToken } from './store-choice.js';
import type { ChosenRange } from './time-range.js';
import { TimeWords } from './time-words.js';

/** Milliseconds after which "a minute ago" is no longer true. */
const TICK = 30_000;

/**
 * Statements as they are recorded on the page, each with its live receipt, and as a record store has them: in one list, each once.
 * Every row opens to all there is of the statement, down to its JSON. What is shown can be filtered, and exported as JSON and CSV.
 *
 * Live rows come from `learning-statement` events, from the whole page or what `for` or `target` names. Stored ones come from the
 * `endpoint`, or from the `<learning-session>` around, whose token reads the learner's own statements only. Filters that the record
 * store knows are applied there; the feed says which are applied only to what is loaded.
 *
 * Nothing in a statement is trusted: it may be of any size and shape, and all of it is shown as text.
 *
 * @element statement-feed
 *
 * @fires {StatementSelectEvent} statement-select - A row was opened; `statement`, and `receipt` where it was recorded on this page.
 * @fires {StatementFilterEvent} statement-filter - The reader has changed the filters; `filters`.
 * @fires {StatementExportEvent} statement-export - A file is ready; `exported`. Cancelable: then the page keeps it, and nothing is downloaded.
 * @fires {LecternErrorEvent} lectern-error - Statements could not be read, or a filter is not understood; `error.code` says why. What was read before stays shown.
 *
 * @csspart base - The whole.
 * @csspart header - Count and tools.
 * @csspart count - How many statements there are.
 * @csspart follow - The button that looks for new statements again and again.
 * @csspart refresh - The button that looks once.
 * @csspart filter-button - The button that opens the filters, where the feed is narrow.
 * @csspart export-button - The button that opens the export.
 * @csspart filters - The filters.
 * @csspart filter - One control of them.
 * @csspart clear - The button that clears them.
 * @csspart export - The export.
 * @csspart export-json - Its button for JSON.
 * @csspart export-csv - Its button for CSV.
 * @csspart list - The list, which scrolls where it is higher than `--lectern-feed-height`.
 * @csspart row - One statement.
 * @csspart receipt - How safe it is.
 * @csspart details - What it opens to.
 * @csspart faults - Which rules of xAPI it breaks.
 * @csspart json - Its JSON.
 * @csspart copy - The button that copies that.
 * @csspart more - The button that loads the next page.
 * @csspart empty - What is shown instead of a list.
 * @csspart error - What is wrong with the record store.
 * @csspart retry - The button that tries again.
 *
 * @cssproperty [--lectern-feed-height=none] - How high the list may grow before it scrolls by itself.
 */
export class StatementFeed extends LitElement {
  static override readonly styles = [tokens, base, styles, controls, rowStyles];

  readonly #words = new Localizer(this);
  readonly #times = new TimeWords(this.#words);
  readonly #rows = new Rows(this);
  readonly #exporter = new Exporter(this);
  readonly #clipboard = new Clipboard(this);
  readonly #announcer = new Announcer((count) => (this.said = newsWords(count, this.#words)));
  readonly #sources = new FeedSources({
    onChange: () => this.requestUpdate(),
    onError: (error) => this.dispatchEvent(new LecternErrorEvent(error)),
    onNews: (count) => this.#announcer.add(count),
    seconds: () => this.interval,
  });
  readonly #choice = new StoreChoice(this);
  #timer: ReturnType<typeof setInterval> | undefined;
  #faults = '';
  #criteria: Criteria = readCriteria(NO_FILTERS, false, this.#sources.seen);
  #query = new URLSearchParams();
  #entries: readonly FeedEntry[] = [];

  @state() private panel: 'filters' | 'export' | undefined;
  @state() private range: ChosenRange | undefined;
  @state() private said = '';

  /** Id of the element whose statements are shown as they are recorded, in the same document or shadow root. Absent: the whole page's. */
  @property({ attribute: 'for' }) htmlFor: string | undefined;

  /** What to listen to instead: an element, also of another document, or anything that dispatches `learning-statement`. */
  @property({ attribute: false }) target: EventTarget | undefined;

  /** `page`: only what is recorded on this page. `store`: only what the record store has. */
  @property() source: 'both' | 'page' | 'store' = 'both';

  /** URL of a record store, against the page's. Needs `getToken`. Absent: that of the `<learning-session>` around. */
  @property() endpoint: string | undefined;

  /** Yields the `Authorization` header's value for `endpoint`; called with the refused one when another is needed. */
  @property({ attribute: false }) getToken: GetToken | undefined;

  /** The version of xAPI to ask the record store in. */
  @property({ attribute: 'xapi-version' }) xapiVersion = '1.0.3';

  /** Looks for new statements again and again, while the page is visible. */
  @property({ type: Boolean }) follow = false;

  /** Seconds between looks, at least 2. */
  @property({ type: Number }) interval = 10;

  /** Statements of one page of the record store, 1 to 500. */
  @property({ type: Number }) limit = 50;

  /** The oldest first. */
  @property({ type: Boolean }) ascending = false;

  /** Whose statements: a part of a name or identifier, or an Agent as JSON. */
  @property() learner = '';

  /** What was done: a verb's IRI, its name in the standards (`completed`), or a part of its words. */
  @property() verb = '';

  /** To what: an activity's IRI, or a part of its name. */
  @property() activity = '';

  /** Also statements that name the activity in their context. */
  @property({ type: Boolean, attribute: 'related-activities' }) relatedActivities = false;

  /** In which registration, a UUID. Has no control: what the page sets stays. */
  @property() registration = '';

  /** Stored after, RFC 3339. What is not stored yet counts by when it happened. */
  @property() since = '';

  /** Stored at or before, RFC 3339. */
  @property() until = '';

  /** How safe: `pending`, `journaled`, `durable`, `stored`, `failed`, or `unknown`. */
  @property() receipt: FeedStatus | '' = '';

  constructor() {
    super();
    new LiveSource(this, (event) => {
      if (this.source !== 'store') this.#sources.record(event);
    });
  }

  /** The statements that are here and asked for, in the order shown. Each may be anything: they come from outside. */
  get statements(): readonly unknown[] {
    return this.#entries.map(({ value }) => value);
  }

  /** Looks for new statements, or tries again. Resolves when they are here or the try has failed; never rejects. */
  refresh(): Promise<void> {
    return this.#sources.refresh();
  }

  /** Loads the next page of the record store, if there is one. Never rejects. */
  loadMore(): Promise<void> {
    return this.#sources.loadMore();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sources.store.connect();
    this.#timer = setInterval(() => document.visibilityState === 'visible' && this.requestUpdate(), TICK);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#sources.disconnect();
    this.#announcer.stop();
    this.#exporter.cancel();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#criteria = readCriteria(this.#values, this.relatedActivities, this.#sources.seen);
    const limit = Number.isInteger(this.limit) ? Math.min(500, Math.max(1, this.limit)) : 50;
    this.#query = toQuery(this.#criteria, { limit, ascending: this.ascending });
    if (this.isConnected) {
      this.#sources.ask(this.#choice.question(this.#query));
      this.#sources.follow(this.follow);
    }
    const matching = this.#sources.store.entries.filter((entry) => (this.source !== 'store' || entry.inStore) && matches(entry, this.#criteria));
    this.#entries = this.ascending ? matching.reverse() : matching;
    if (!this.#entries.some(({ key }) => key === this.#rows.current)) this.#rows.current = this.#entries[0]?.key;
    if (FILTER_NAMES.some((name) => changed.has(name))) {
      this.#rows.reset();
      if (this.hasUpdated) this.said = this.#countWords();
    }
  }

  protected override updated(): void {
    const faults = this.#criteria.faults.join(' ');
    if (faults !== this.#faults && faults !== '') {
      const [field] = this.#criteria.faults;
      this.dispatchEvent(new LecternErrorEvent(new StatementFeedError('filter-invalid', `"${field}" is not understood, and so not applied.`, { field: field! })));
    }
    this.#faults = faults;
  }

  get #values(): FilterValues {
    const { learner, verb, activity, registration, since, until, receipt } = this;
    // An attribute that is taken away leaves null.
    return { learner: learner ?? '', verb: verb ?? '', activity: activity ?? '', registration: registration ?? '', since: since ?? '', until: until ?? '', receipt: receipt ?? '' };
  }

  readonly #setFilters = (values: Partial<FilterValues>, range?: ChosenRange): void => {
    Object.assign(this, values);
    if (range) this.range = range;
    if (Object.keys(values).length > 0) this.dispatchEvent(new StatementFilterEvent({ ...this.#values, ...values }));
  };

  readonly #clearFilters = (): void => {
    const { registration: _registration, ...cleared } = NO_FILTERS;
    this.#setFilters(cleared, { preset: 'any', since: '' });
  };

  readonly #toggle = (entry: FeedEntry, open: boolean): void => {
    const { opened } = this.#rows;
    if (opened.has(entry.key) === open) return;
    if (open) opened.add(entry.key);
    else opened.delete(entry.key);
    this.requestUpdate();
    if (open) this.dispatchEvent(new StatementSelectEvent(entry.value, entry.receipt));
  };

  readonly #copy = async (key: string, json: string, pre: Element): Promise<void> => {
    const { msg } = this.#words;
    this.said = (await this.#clipboard.copy(key, json, pre)) ? msg('Copied') : msg('Marked. Copy it with the keyboard.');
  };

  readonly #export = (format: ExportFormat): void => {
    const { lrs } = this.#sources;
    const access = lrs?.hasMore ? lrs.access : undefined;
    const store = access && { access, query: this.#query, criteria: this.#criteria };
    void this.#exporter.run({ entries: this.#entries, store }, format, this.#words);
  };

  #countWords(): string {
    const { lrs, store } = this.#sources;
    return countWords(countOf({ entries: this.#entries, loaded: store.size, criteria: this.#criteria, lrs }), this.#words);
  }

  get #view(): FeedView {
    const { lrs, store, seen } = this.#sources;
    return {
      words: this.#words,
      times: this.#times,
      now: Date.now(),
      entries: this.#entries,
      loaded: store.size,
      rows: this.#rows,
      opened: this.#rows.opened,
      current: this.#rows.current,
      copied: this.#clipboard.copied,
      values: this.#values,
      criteria: this.#criteria,
      seen,
      range: this.range,
      lrs,
      noSource: this.source === 'store' && this.#choice.known && !lrs,
      following: this.follow,
      panel: this.panel,
      ...this.#exporter.view,
      set: this.#setFilters,
      clear: this.#clearFilters,
      toggle: this.#toggle,
      copy: (key, json, pre) => void this.#copy(key, json, pre),
      open: (panel) => (this.panel = this.panel === panel ? undefined : panel),
      follow: () => (this.follow = !this.follow),
      refresh: () => void this.refresh(),
      loadMore: () => void this.loadMore(),
      run: this.#export,
    };
  }

  protected override render(): TemplateResult | typeof nothing {
    const words = this.#words;
    if (!words.ready) return nothing;
    const view = this.#view;
    return html`<section class="feed" part="base" lang=${words.locale} aria-label=${words.msg('Statements')} aria-busy=${view.lrs?.busy ?? false}>
      ${renderHead(view)} ${renderBody(view)} ${renderFoot(view)}
      <p class="unseen" role="status">${this.said}</p>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'statement-feed': StatementFeed;
  }
}
