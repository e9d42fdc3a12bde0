import type { Consent, Course, LecternError, LmsConnection, PluginTrial, SignOutOptions, SignOutResult } from '@lectern/core';
import type { TemplateResult } from 'lit';
import type { Localizer } from '../internal/localize.js';
import type { LearningHost } from '../internal/session-context.js';
import type { SessionConfig, SessionHost } from './host.js';

/** Which way to an LMS was taken, and why. */
export interface LmsChoice {
  /** The plugin's name; `none`: nothing is recorded. */
  readonly plugin: string;
  /** Those that were asked, in their order. */
  readonly trials: readonly PluginTrial[];
  /** What people have to be told of it. */
  readonly notice?: (words: Localizer, trials: readonly PluginTrial[]) => TemplateResult;
}

/** What people are told of an error, and how they try again. */
export type ProblemView = (words: Localizer, error: LecternError, retry: () => void) => TemplateResult;

export interface LazyHostOptions {
  /** Read when something is asked for, so that a page may configure the element after it is there. */
  readonly config: () => SessionConfig;
  /** `undefined`: it works (again). */
  readonly onError: (error: LecternError | undefined, view?: ProblemView) => void;
  /** Before it connects that way. */
  readonly onChoice?: (choice: LmsChoice) => void;
}

/** The host of a session from the first moment; what does its work comes with `@lectern/lms`, when something is first asked for. */
export class LazyHost implements LearningHost {
  readonly #options: LazyHostOptions;
  #host: SessionHost | undefined;
  #loading: Promise<SessionHost> | undefined;

  constructor(options: LazyHostOptions) {
    this.#options = options;
  }

  get ready(): Promise<void> {
    return this.#load().then((host) => host.ready);
  }

  get creditsUrl(): string | undefined {
    return this.#host?.creditsUrl;
  }

  /** It has been told how to reach the LMS, and goes by that. */
  get configured(): boolean {
    return this.#host?.configured ?? false;
  }

  async connect(course: Course): Promise<LmsConnection> {
    return (await this.#load()).connect(course);
  }

  async authorize(rejected?: string): Promise<string> {
    return (await this.#load()).authorize(rejected);
  }

  async lrsEndpoint(): Promise<string | undefined> {
    return (await this.#load()).lrsEndpoint();
  }

  keepLaunch(keep: boolean): void {
    this.#host?.keepLaunch(keep);
  }

  /** The element has been configured since. */
  configure(): void {
    this.#host?.configure();
  }

  /** Ends every connection; what still waits goes by itself, now or at the next visit. */
  async close(): Promise<void> {
    await this.#host?.close();
  }

  async setConsent(consent: Consent, waiting: 'drop' | 'keep'): Promise<void> {
    await this.#host?.setConsent(consent, waiting);
  }

  /** Ends every connection as the learner wants to leave it. */
  async signOut(options: SignOutOptions): Promise<SignOutResult> {
    return (await this.#host?.signOut(options)) ?? { unsent: 0 };
  }

  #load(): Promise<SessionHost> {
    this.#loading ??= import('./host.js').then(
      ({ SessionHost }) => (this.#host = new SessionHost(this.#options)),
      (thrown: unknown) => {
        this.#loading = undefined; // Offline: the next request tries again.
        throw thrown;
      },
    );
    return this.#loading;
  }
}
