import {
  chooseLms, type Agent, type Consent, type Course, type LaunchMode, type LecternError, type LmsConnection, type LmsPlugin, type PluginTrial, type SignOutOptions, type SignOutResult,
} from '@lectern/core';
import type { EncryptionOptions, FanOutTarget, Identity, LaunchInfo, Redact, StandardPluginName } from '@lectern/lms';
import { forgetKept } from '../course-player/kept-events.js';
import { forgetHint } from '../course-player/resume-hint.js';
import type { LearningHost } from '../internal/session-context.js';
import { UNRECORDED } from '../internal/unrecorded.js';
import type { LazyHostOptions, LmsChoice } from './lazy-host.js';
import { forgetLaunch, launchOrRemembered, rememberLaunch } from './kept-launch.js';
import { SessionError } from './session-error.js';
import { renderProblem } from './session-problem.js';
import { renderUnrecorded } from './unrecorded-notice.js';

/** How a session reaches its LMS or LRS: by a token URL, by a launch at hand, by its parts, or by plugins. */
export interface SessionConfig {
  readonly tokenUrl?: string | undefined;
  /** Method, headers, body or credentials of the token request. */
  readonly tokenRequest?: RequestInit | undefined;
  readonly launch?: LaunchInfo | undefined;
  readonly endpoint?: string | undefined;
  readonly getToken?: ((rejected?: string) => Promise<string>) | undefined;
  readonly actor?: Agent | undefined;
  readonly registration?: string | undefined;
  readonly launchMode?: LaunchMode | undefined;
  readonly launchUrl?: string | undefined;
  readonly creditsUrl?: string | undefined;
  /** Tried first, in their order. */
  readonly plugins?: readonly LmsPlugin[] | undefined;
  /** `auto`, or names of standard plugins: tried next. Where none is at home and there is no other way, nothing is recorded, and that is no error. */
  readonly lms?: string | undefined;
  /** Origins that a launch by address may name. */
  readonly launchOrigins?: string | undefined;
  /** Origins of the pages that may be around this one. */
  readonly parentOrigins?: string | undefined;
  /** Where statements go as well. */
  readonly others?: readonly FanOutTarget[] | undefined;
  readonly consent?: Consent | undefined;
  readonly identity?: Identity | undefined;
  readonly redact?: Redact | undefined;
  readonly encryption?: EncryptionOptions | undefined;
}

/** What a session knows once it may speak for a learner. */
type Grant = Omit<LaunchInfo, 'expires'>;

/** Milliseconds that a unit in a frame has for its last words before everything is cleared. */
const LAST_WORDS = 500;

/** Milliseconds a page has to configure the element before that counts as forgotten. */
const GRACE = 2_000;

const hasEndpoint = ({ tokenUrl, launch, endpoint }: SessionConfig): boolean => Boolean(tokenUrl || launch || endpoint);
const isConfigured = (config: SessionConfig): boolean => hasEndpoint(config) || Boolean(config.plugins?.length || config.lms);

/** The {@link LearningHost} behind one `<learning-session>`, for one learner. Loads `@lectern/lms` when it is first needed. */
export class SessionHost implements LearningHost {
  readonly #options: LazyHostOptions;
  readonly #connections = new Map<string, Promise<LmsConnection>>();
  #grant: Promise<Grant> | undefined;
  #creditsUrl: string | undefined;
  #wake: (() => void) | undefined;
  #configured = false;

  constructor(options: LazyHostOptions) {
    this.#options = options;
  }

  get ready(): Promise<void> {
    return this.#agreed().then(() => this.#authorized()).then(() => undefined);
  }

  get creditsUrl(): string | undefined {
    return this.#creditsUrl ?? this.#options.config().creditsUrl;
  }

  async authorize(rejected?: string): Promise<string> {
    await this.#agreed();
    const { getToken } = await this.#authorized();
    return getToken(rejected);
  }

  async lrsEndpoint(): Promise<string | undefined> {
    const config = await this.#config();
    // A plugin alone says nothing of an LRS; to ask for a grant would tell of a fault that is none.
    if (isConfigured(config) && !hasEndpoint(config)) return undefined;
    await this.#agreed();
    return (await this.#authorized()).endpoint;
  }

  connect(course: Course): Promise<LmsConnection> {
    const known = this.#connections.get(course.id);
    if (known) return known;
    const connecting = this.#tell(this.#connect(course));
    this.#connections.set(course.id, connecting);
    connecting.catch(() => this.#connections.delete(course.id));
    return connecting;
  }

  /** Remembers the learner's launch in this browser, or forgets it. A launch that the page has at hand is the page's to remember. */
  keepLaunch(keep: boolean): void {
    const { tokenUrl, tokenRequest, launch } = this.#options.config();
    if (!tokenUrl || launch) return;
    if (keep) void this.#grant?.then((grant) => rememberLaunch(tokenUrl, tokenRequest, grant)).catch(() => undefined);
    else void forgetLaunch(tokenUrl, tokenRequest);
  }

  /** It has been told how to reach the LMS, and goes by that. */
  get configured(): boolean {
    return this.#configured;
  }

  /** The element has been configured since. */
  configure(): void {
    this.#wake?.();
  }

  /** Ends every connection; what still waits goes by itself, now or at the next visit. */
  async close(): Promise<void> {
    const connections = [...this.#connections.values()];
    this.#connections.clear();
    await Promise.allSettled(connections.map(async (connection) => (await connection).close()));
  }

  /** The learner's word, for what is connected; what connects later asks the configuration. */
  async setConsent(consent: Consent, waiting: 'drop' | 'keep'): Promise<void> {
    const connections = [...this.#connections];
    if (consent === 'denied') this.#connections.clear();
    await Promise.allSettled(
      connections.map(async ([courseId, connecting]) => {
        const connection = await connecting;
        if (consent === 'denied' && waiting === 'drop') forgetKept(courseId, connection);
        await connection.setConsent?.(consent, waiting);
        // A connection that cannot be told so is ended.
        if (consent === 'denied' || (consent === 'pending' && !connection.setConsent)) await connection.close();
      }),
    );
  }

  /** Ends every connection as the learner wants to leave it. */
  async signOut(options: SignOutOptions): Promise<SignOutResult> {
    const connections = [...this.#connections];
    this.#connections.clear();
    this.keepLaunch(false);
    const clear = options.unsent === 'clear';
    if (clear && connections.length > 0) await new Promise((resolve) => setTimeout(resolve, LAST_WORDS));
    const results = await Promise.allSettled(
      connections.map(async ([courseId, connecting]) => {
        const connection = await connecting;
        const result = connection.signOut ? await connection.signOut(options) : await connection.close();
        if (clear) forgetLearner(connection, courseId);
        return result?.unsent ?? 0;
      }),
    );
    return { unsent: results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0) };
  }

  async #connect(course: Course): Promise<LmsConnection> {
    const config = await this.#config();
    const { plugins = [], others = [], consent } = config;
    if (consent === 'denied') throw new SessionError('consent-denied', 'The learner does not agree to being recorded.');
    const candidates = [...plugins, ...(await this.#standardPlugins(config))];
    const { plugin, trials } = await chooseLms(consent === 'pending' ? candidates.map(heeding) : candidates);
    const chosen = plugin ?? (await this.#fallback(config));
    this.#options.onChoice?.(choiceOf(chosen, trials));
    const connection = await (others.length === 0 ? chosen : await (await import('@lectern/lms/connect')).alsoTo(chosen, others)).connect({ course, consent });
    const { consent: now } = this.#options.config();
    // The learner has spoken meanwhile.
    if (now && now !== consent) await connection.setConsent?.(now);
    return connection;
  }

  async #standardPlugins({ lms, launchOrigins, parentOrigins, identity, redact, encryption }: SessionConfig): Promise<readonly LmsPlugin[]> {
    if (!lms) return [];
    const { STANDARD_PLUGINS, standardPlugins } = await import('@lectern/lms/connect');
    const names = listOf(lms);
    const unknown = names.find((name) => name !== 'auto' && !STANDARD_PLUGINS.includes(name as StandardPluginName));
    if (unknown !== undefined) throw new SessionError('session-unconfigured', `There is no standard plugin "${unknown}": ${STANDARD_PLUGINS.join(', ')}.`, { field: 'lms' });
    return standardPlugins({
      redact, encryption,
      ...(names.includes('auto') ? {} : { only: names as StandardPluginName[] }),
      ...(launchOrigins ? { endpoints: listOf(launchOrigins) } : {}),
      ...(parentOrigins ? { parentOrigins: listOf(parentOrigins) } : {}),
      ...(identity ? { identity } : {}),
    });
  }

  /** The endpoint that the page names; without one, a page that looks for its LMS by itself records nothing where there is none. */
  async #fallback(config: SessionConfig): Promise<LmsPlugin> {
    if (config.lms && !hasEndpoint(config)) return (await import('@lectern/lms/connect')).unrecordedPlugin();
    const { endpoint, actor, registration, launchMode, launchUrl, returnUrl, outcomesUrl, getToken } = await this.#authorized();
    if (registration === undefined) throw new SessionError('session-no-registration', 'The token names no registration: it is for reading credits only.', { field: 'registration' });
    const { xapiPlugin } = await import('@lectern/lms');
    const { identity, redact, encryption } = this.#options.config();
    return xapiPlugin({
      endpoint, actor, registration, launchMode, getToken, redact, encryption, ...(identity ? { identity } : {}), ...(launchUrl === undefined ? {} : { launchUrl }),
      ...(returnUrl === undefined ? {} : { returnUrl }), ...(outcomesUrl === undefined ? {} : { outcomesUrl }),
    });
  }

  /** What only reads the learner's record names the learner too. */
  async #agreed(): Promise<void> {
    const { consent } = await this.#config();
    if (consent === 'pending') throw pending();
    if (consent === 'denied') throw new SessionError('consent-denied', 'The learner does not agree to being recorded.');
  }

  #authorized(): Promise<Grant> {
    if (!this.#grant) {
      const grant = this.#tell(this.#request());
      this.#grant = grant;
      grant.then(
        ({ creditsUrl }) => (this.#creditsUrl = creditsUrl),
        () => (this.#grant = undefined),
      );
    }
    return this.#grant;
  }

  async #request(): Promise<Grant> {
    const { launch, tokenUrl, tokenRequest, endpoint, actor, registration, getToken, launchMode = 'Normal', launchUrl, creditsUrl } = await this.#config();
    if (launch) return launch;
    if (tokenUrl) {
      const { fetchLaunch } = await import('@lectern/lms');
      const { signal: _signal, ...request } = tokenRequest ?? {};
      return launchOrRemembered(tokenUrl, request, fetchLaunch);
    }
    const missing = !endpoint ? 'endpoint' : !actor ? 'actor' : !getToken ? 'getToken' : undefined;
    if (!endpoint || !actor || !getToken) {
      throw new SessionError('session-unconfigured', `<learning-session> needs a token-url, a launch, a plugin at home here, or its parts; "${missing}" is missing.`, { field: missing! });
    }
    return {
      endpoint,
      actor,
      launchMode,
      getToken,
      ...(registration ? { registration } : {}),
      ...(launchUrl ? { launchUrl } : {}),
      ...(creditsUrl ? { creditsUrl } : {}),
    };
  }

  /** A page's script often configures the element a moment after it has appeared. */
  async #config(): Promise<SessionConfig> {
    const { config } = this.#options;
    if (!isConfigured(config())) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, GRACE);
      });
    }
    this.#configured = isConfigured(config());
    return config();
  }

  #tell<T>(work: Promise<T>): Promise<T> {
    return work.then(
      (value) => {
        this.#options.onError(undefined);
        return value;
      },
      (thrown: unknown) => {
        const error = asError(thrown);
        // Waiting for consent is no fault.
        if (error.code !== 'consent-pending' && error.code !== 'consent-denied') this.#options.onError(error, renderProblem);
        throw error;
      },
    );
  }
}

const pending = (): SessionError => new SessionError('consent-pending', 'The learner has not agreed yet to being recorded.');

/** A plugin that knows nothing of consent may tell its LMS who is there by connecting: it has to wait. */
function heeding(plugin: LmsPlugin): LmsPlugin {
  return plugin.heedsConsent ? plugin : { name: plugin.name, detect: () => plugin.detect(), connect: () => Promise.reject(pending()) };
}

const listOf = (words: string): string[] => words.split(/\s+/).filter(Boolean);

/** What is shown where nothing is recorded. It comes with this file, when it is needed. */
const choiceOf = ({ name: plugin }: LmsPlugin, trials: readonly PluginTrial[]): LmsChoice => ({ plugin, trials, ...(plugin === UNRECORDED ? { notice: renderUnrecorded } : {}) });

/** What the elements of this package have kept in this browser. */
function forgetLearner(connection: LmsConnection, courseId: string): void {
  forgetKept(courseId, connection);
  forgetHint(courseId);
}

function asError(thrown: unknown): LecternError {
  if (thrown instanceof Error && typeof (thrown as { code?: unknown }).code === 'string') return thrown as LecternError;
  return new SessionError('session-unavailable', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
