import { toEvidence, totalCredits, type CreditLedger } from '@lectern/core';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { base } from '../internal/base.styles.js';
import { composedClosest } from '../internal/composed-tree.js';
import { LecternErrorEvent } from '../internal/lectern-error-event.js';
import type { LearningStatementEvent } from '../internal/learning-statement-event.js';
import { Localizer, str } from '../internal/localize.js';
import { consumeLearningHost, type LearningHost } from '../internal/session-context.js';
import { tokens } from '../internal/tokens.styles.js';
import { CreditTrackerError } from './credit-tracker-error.js';
import { CreditLedgerEvent } from './credit-tracker.events.js';
import { styles } from './credit-tracker.styles.js';
import { entry } from './credit-entry.styles.js';
import { credits, schemeName, schemesOf } from './figure.js';
import { renderEmpty, renderFault, renderLedger, renderLoading } from './ledger-view.js';
import { loadLedger } from './load-ledger.js';
import { readLedger } from './read-ledger.js';

/** Milliseconds: statements come in bursts, and a ledger need not be read for each. */
const BURST = 700;

/**
 * What a learner has earned, what an institution has conferred, what is under way and what is still required. Every credit opens
 * onto its requirements and the statements that prove them.
 *
 * "Earned by evidence" and "conferred" are two things: a page gives evidence, only an institution's server confers. Credits of
 * different schemes are never added up or converted.
 *
 * Inside a `<learning-session>` it reads the learner's ledger by itself, and again whenever evidence has been stored.
 *
 * @element credit-tracker
 *
 * @fires {CreditLedgerEvent} lectern-credit-ledger - A ledger was read, for the first time or again; `ledger`.
 * @fires {LecternErrorEvent} lectern-error - It could not be read; `error.code` says why. What was read before stays shown.
 *
 * @csspart base - The whole.
 * @csspart header - Title, learner, time, the button that refreshes.
 * @csspart refresh - That button.
 * @csspart summary - Figure and totals of one scheme.
 * @csspart figure - The ring.
 * @csspart share - One total.
 * @csspart credit - One credit, which opens.
 * @csspart status - What has become of it.
 * @csspart evidence - The evidence for one requirement.
 * @csspart error - What is shown instead of a ledger that cannot be read.
 *
 * @cssproperty [--lectern-credit-conferred=var(--lectern-color-accent)] - Colour of conferred credit.
 * @cssproperty [--lectern-credit-earned=var(--lectern-color-success)] - Colour of credit earned by evidence.
 */
export class CreditTracker extends LitElement {
  static override readonly styles = [tokens, base, styles, entry];

  readonly #words = new Localizer(this);
  #host: LearningHost | undefined;
  #hostKnown = false;
  #life: AbortController | undefined;
  #loading: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  @state() private shown: CreditLedger | undefined;
  @state() private error: CreditTrackerError | undefined;
  @state() private busy = false;
  @state() private said = '';

  /** URL of a ledger as JSON, against the page's. No token is sent there. Absent: the ledger of the `<learning-session>` around. */
  @property() src: string | undefined;

  /** A ledger to show as it is, instead of one that is fetched. Anything may be given: what is no ledger is shown as an error. */
  @property({ attribute: false }) ledger: CreditLedger | undefined;

  constructor() {
    super();
    consumeLearningHost(this, (host) => {
      this.#host = host;
      this.#hostKnown = true;
      this.requestUpdate();
      if (this.src === undefined) void this.refresh();
    });
  }

  /** Reads the ledger again. Resolves when it is shown, or the try has failed; never rejects. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.ledger !== undefined || !this.isConnected) return;
    const host = this.#host;
    if (this.src === undefined && !host) return;
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.busy = true;
    try {
      const ledger = this.src === undefined ? await this.#loadOwn(host!, loading.signal) : await loadLedger(new URL(this.src, document.baseURI).href, undefined, loading.signal);
      if (!loading.signal.aborted) this.#show(ledger);
    } catch (cause) {
      if (!loading.signal.aborted) this.#fail(cause);
    } finally {
      if (this.#loading === loading) this.busy = false;
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#life = new AbortController();
    const { signal } = this.#life;
    const again = (): void => {
      if (document.visibilityState === 'visible') this.#refreshSoon();
    };
    document.addEventListener('visibilitychange', again, { signal });
    addEventListener('online', again, { signal });
    const session = composedClosest(this, 'learning-session') as HTMLElement | undefined;
    session?.addEventListener('learning-statement', (event) => this.#onStatement(event), { signal });
    if (this.hasUpdated) void this.refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#life?.abort();
    this.#loading?.abort();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('ledger') && this.ledger !== undefined) {
      try {
        this.#show(readLedger(this.ledger));
      } catch (cause) {
        this.shown = undefined;
        this.#fail(cause);
      }
    }
    if ((changed.has('src') && this.src !== undefined) || (changed.has('ledger') && changed.get('ledger') !== undefined)) {
      if (changed.get('src') !== undefined) this.shown = undefined;
      void this.refresh();
    }
  }

  async #loadOwn(host: LearningHost, signal: AbortSignal): Promise<CreditLedger> {
    let url: string | undefined;
    let authorization: string;
    try {
      await host.ready;
      url = host.creditsUrl;
      authorization = await host.authorize();
    } catch (cause) {
      const { code } = cause as { readonly code?: unknown };
      if (code === 'consent-pending' || code === 'consent-denied') throw new CreditTrackerError('consent-missing', 'The learner has not agreed yet.', { cause });
      throw new CreditTrackerError(navigator.onLine ? 'ledger-unauthorized' : 'offline', 'The session gives no access to the ledger.', { cause });
    }
    if (url === undefined) throw new CreditTrackerError('ledger-unreachable', 'The session names no ledger.', { field: 'creditsUrl' });
    return loadLedger(url, authorization, signal);
  }

  #show(ledger: CreditLedger): void {
    const before = this.shown;
    this.shown = ledger;
    this.error = undefined;
    if (before) this.#say(before, ledger);
    this.dispatchEvent(new CreditLedgerEvent(ledger));
  }

  #fail(cause: unknown): void {
    const error = cause instanceof CreditTrackerError ? cause : new CreditTrackerError('ledger-unreachable', 'The ledger could not be read.', { cause });
    this.error = error;
    this.dispatchEvent(new LecternErrorEvent(error));
  }

  /** Tells screen readers when credit was gained. */
  #say(before: CreditLedger, after: CreditLedger): void {
    const words = this.#words;
    for (const scheme of schemesOf(after)) {
      const old = totalCredits(before, scheme);
      const now = totalCredits(after, scheme);
      if (old.conferred === now.conferred && old.earned === now.earned) continue;
      const name = schemeName(scheme, words);
      this.said = words.msg(str`${name}: ${credits(now.earned, words)} earned by evidence, ${credits(now.conferred, words)} conferred.`);
    }
  }

  #onStatement({ statement, receipt }: LearningStatementEvent): void {
    if (!toEvidence(statement)) return;
    // One that fails, or is stored at a later visit, changes nothing here.
    receipt.reached('stored').then(
      () => this.#refreshSoon(),
      () => undefined,
    );
  }

  #refreshSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), BURST);
  }

  protected override render(): TemplateResult | typeof nothing {
    const words = this.#words;
    if (!words.ready) return nothing;
    return html`<section class="tracker" part="base" lang=${words.locale} aria-label=${words.msg('Credits')} aria-busy=${this.busy}>
      ${this.#renderBody()}
      <p class="unseen" role="status">${this.said}</p>
    </section>`;
  }

  #renderBody(): TemplateResult {
    const words = this.#words;
    const retry = (): void => void this.refresh();
    if (this.shown) return renderLedger(this.shown, words, { busy: this.busy, error: this.error, refresh: this.ledger === undefined ? retry : undefined });
    if (this.error) return renderFault(this.error, words, this.ledger === undefined ? retry : undefined);
    if (this.#hostKnown && !this.#host && this.src === undefined) return renderEmpty(words);
    return renderLoading(words);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'credit-tracker': CreditTracker;
  }
}
