import { ContextProvider } from '@lit/context';
import type { Agent, Consent, LaunchMode, LecternError, LmsPlugin, SignOutOptions, SignOutResult } from '@lectern/core';
import type { EncryptionOptions, FanOutTarget, Identity, LaunchInfo, Redact } from '@lectern/lms';
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { base } from '../internal/base.styles.js';
import { LecternErrorEvent } from '../internal/lectern-error-event.js';
import { Localizer } from '../internal/localize.js';
import { learningHostContext } from '../internal/session-context.js';
import { tokens } from '../internal/tokens.styles.js';
import { LazyHost, type LmsChoice, type ProblemView } from './lazy-host.js';
import { LmsChosenEvent } from './learning-session.events.js';
import { styles } from './learning-session.styles.js';

/**
 * Connects the elements inside it to the learner's record. Shows nothing of its own unless that fails.
 *
 * The usual way is `token-url`: an address of the page's own backend that answers with a short-lived token for this learner. A
 * page that has the parts at hand sets `launch`, or `endpoint`, `actor`, `registration` and `getToken`; one with another LMS sets `plugins`; one that may be opened
 * by any LMS says `lms="auto"`.
 * `@lectern/lms` loads when the first element inside asks for a connection.
 *
 * @element learning-session
 *
 * @fires {LecternErrorEvent} lectern-error - The learner's record cannot be reached; `error` with `code`. The elements inside go on, and keep what they can.
 * @fires {LmsChosenEvent} lms-chosen - It is known where the page runs: `plugin`, and `trials` that say why.
 *
 * @slot - What is to be recorded: players, viewers, trackers, at any depth.
 *
 * @csspart error - What is wrong with the connection, above the content.
 * @csspart notice - That nothing is recorded, where the page looked for its LMS and found none.
 */
export class LearningSession extends LitElement {
  static override readonly styles = [tokens, base, styles];

  readonly #words = new Localizer(this);
  #host: LazyHost | undefined = this.#createHost();
  readonly #provider = new ContextProvider(this, { context: learningHostContext, initialValue: this.#host });

  /** For the next decision only. */
  #waiting: 'drop' | 'keep' | undefined;
  #deciding: Promise<void> | undefined;

  /** Taken off the page with its session. */
  #away = false;

  @state() private error: LecternError | undefined;
  /** What shows the error; it comes with what met it. */
  @state() private problem: ProblemView | undefined;
  @state() private choice: LmsChoice | undefined;

  /** Where the page's backend answers with `{ token, expires, endpoint, actor, registration, launchMode, launchUrl, creditsUrl }`. Asked by POST. */
  @property({ attribute: 'token-url' }) tokenUrl: string | undefined;

  /** URL of the LRS. */
  @property() endpoint: string | undefined;

  /** The registration, a UUID. */
  @property() registration: string | undefined;

  /** `Normal` counts; `Browse` and `Review` record only that the content was opened and closed (cmi5 10.2.2). */
  @property({ attribute: 'launch-mode' }) launchMode: LaunchMode | undefined;

  /** Where a server launches cmi5 and Tin Can units. */
  @property({ attribute: 'launch-url' }) launchUrl: string | undefined;

  /** Where the learner's credit ledger is. */
  @property({ attribute: 'credits-url' }) creditsUrl: string | undefined;

  /** The learner, by an opaque account name: never a real name or an e-mail address. */
  @property({ attribute: false }) actor: Agent | undefined;

  /** Yields the `Authorization` header's value; called with the refused one when another is needed. */
  @property({ attribute: false }) getToken: ((rejected?: string) => Promise<string>) | undefined;

  /** Method, headers, body or credentials of the request to `token-url`. */
  @property({ attribute: false }) tokenRequest: RequestInit | undefined;

  /** A launch at hand, as `fetchLaunch` of `@lectern/lms` gives it. */
  @property({ attribute: false }) launch: LaunchInfo | undefined;

  /** Other ways to an LMS, tried first; the first that is at home on this page is taken. */
  @property({ attribute: false }) plugins: readonly LmsPlugin[] | undefined;

  /**
   * Looks for the LMS around this page: `auto` tries a cmi5 launch, SCORM 2004, SCORM 1.2, an xAPI launch, an LTI session and the page around this one; names
   * (`cmi5 scorm2004 scorm12 xapi-launch lti parent`) try these alone. After
   * `plugins` and before an endpoint. Where none is at home and there is no endpoint, nothing is recorded, and the learner is told.
   */
  @property() lms: string | undefined;

  /** Origins, separated by spaces, that a launch by the page's address may name as the place for its records. Absent: any. */
  @property({ attribute: 'launch-origins' }) launchOrigins: string | undefined;

  /** Origins, separated by spaces, of the pages that may be around this one and keep its records. Absent: none. */
  @property({ attribute: 'parent-origins' }) parentOrigins: string | undefined;

  /** Where statements go as well, whichever way was taken: the nation's LRS beside the LMS's gradebook. */
  @property({ attribute: false }) others: readonly FanOutTarget[] | undefined;

  /**
   * Whether the learner agrees to being recorded: `granted`; `pending`, and what is recorded waits in this browser; `denied`, and nothing is recorded. May change at any
   * time. Absent: as was said before in this browser, else `granted`.
   */
  @property() consent: Consent | undefined;

  /** What becomes of what waits when consent is denied: `drop` takes it out of this browser, `keep` lets it wait, should the learner agree later. */
  @property({ attribute: 'on-denial' }) onDenial: 'drop' | 'keep' = 'drop';

  /** What records say about who people are; by default nobody's name. */
  @property({ attribute: false }) identity: Identity | undefined;

  /** Takes out of statements what must not be kept in the browser or sent; `undefined` instead of a statement records nothing. */
  @property({ attribute: false }) redact: Redact | undefined;

  /** Seals what is kept in this browser with a key of yours. */
  @property({ attribute: false }) encryption: EncryptionOptions | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#away) this.#renew();
    this.#away = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A node that is moved is taken out and put back at once: only one that stays away has gone.
    queueMicrotask(() => {
      if (this.isConnected || !this.#host) return;
      this.#away = true;
      void this.#leave()?.close();
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const configured = ['tokenUrl', 'endpoint', 'registration', 'launchMode', 'launchUrl', 'creditsUrl', 'actor', 'getToken', 'tokenRequest', 'launch', 'plugins', 'lms', 'launchOrigins', 'parentOrigins', 'others', 'identity', 'redact', 'encryption'] as const;
    if (changed.has('consent') && this.consent) void this.#applyConsent(changed.get('consent'));
    if (!configured.some((name) => changed.has(name))) return;
    // The first configuration is the one the host has been waiting for; a later one is another session.
    if (!this.#host || this.#host.configured) this.#renew();
    else this.#host.configure();
  }

  readonly #onRetry = (): void => this.#renew();

  /**
   * Says what the learner has decided, as setting `consent` does.
   * @param waiting what becomes of what waits, instead of `onDenial`
   * Resolves when it holds for what is connected, in all pages of this site; after a denial, when what was to be dropped is gone.
   */
  async setConsent(consent: Consent, waiting?: 'drop' | 'keep'): Promise<void> {
    this.#waiting = waiting;
    this.consent = consent;
    await this.updateComplete;
    await this.#deciding;
  }

  /**
   * Ends the session: what is open inside ends where it belongs, what waits is sent if that can be done soon, the connections close, and the token and the known
   * documents are forgotten. With `unsent: 'clear'` nothing of the learner stays in this browser, for machines that many people use; else what could not be sent waits for
   * the learner's next visit. The elements go on unrecorded, and say so. Setting any property starts a new session. Resolves when the connections are closed.
   */
  async signOut(options: SignOutOptions = {}): Promise<SignOutResult> {
    return (await this.#leave()?.signOut(options)) ?? { unsent: 0 };
  }

  /** The elements inside end what is open, and are told no more. */
  #leave(): LazyHost | undefined {
    const host = this.#host;
    this.#host = undefined;
    this.error = this.choice = undefined;
    this.#provider.setValue(undefined);
    return host;
  }

  async #applyConsent(before: Consent | undefined): Promise<void> {
    const { consent } = this;
    const waiting = this.#waiting ?? this.onDenial;
    this.#waiting = undefined;
    const host = this.#host;
    if (!consent || !host) return;
    if (consent === 'denied') this.#provider.setValue(undefined);
    this.#deciding = host.setConsent(consent, waiting);
    await this.#deciding;
    if (consent === 'denied' || host !== this.#host || consent !== this.consent) return;
    // Whoever failed for want of consent tries again.
    if (before !== undefined) this.#provider.setValue(host, true);
  }

  #createHost(): LazyHost {
    const host: LazyHost = new LazyHost({
      config: () => this,
      onError: (error, problem) => {
        if (host !== this.#host) return;
        this.error = error;
        this.problem = problem;
        if (error) this.dispatchEvent(new LecternErrorEvent(error));
      },
      onChoice: (choice) => {
        if (host !== this.#host) return;
        this.choice = choice;
        this.dispatchEvent(new LmsChosenEvent(choice.plugin, choice.trials));
      },
    });
    return host;
  }

  #renew(): void {
    const before = this.#host;
    this.error = this.choice = undefined;
    this.#host = this.#createHost();
    this.#provider.setValue(this.consent === 'denied' ? undefined : this.#host);
    void before?.close();
  }

  protected override render(): TemplateResult {
    const { error, choice } = this;
    const told = !this.#words.ready ? nothing : error ? (this.problem?.(this.#words, error, this.#onRetry) ?? nothing) : (choice?.notice?.(this.#words, choice.trials) ?? nothing);
    return html`${told}<slot></slot>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'learning-session': LearningSession;
  }
}
