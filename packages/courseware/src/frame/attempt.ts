import type { Journal } from './journal.js';
import type { Ack, CmiTree, FrameNotice, Hydration, ScormCommit } from './protocol.js';
import type { ScormModel } from './scorm-model.js';

/** Milliseconds after a SetValue until what was set is journaled, committed or not. */
const JOURNAL_DELAY = 100;

/** Milliseconds after which uncommitted values go to the player, and refused ones are offered again. */
const COMMIT_DELAY = 30_000;
const RETRY_DELAY = 5_000;

export interface AttemptOptions {
  readonly launch: string;
  readonly journal: Journal;
  readonly hydration: Hydration;
  record(commit: ScormCommit): Promise<Ack>;
  notice(notice: FrameNotice): void;
  readonly now: () => number;
}

/** One launch of a SCO: journals its data model, hands it to the player, and forgets it when the player has it safe. */
export class Attempt {
  readonly #options: AttemptOptions;
  #model: ScormModel | undefined;
  #seq: number;
  #initializedAt: number | undefined;
  #terminated = false;
  #dirty = false;
  #journalTimer: ReturnType<typeof setTimeout> | undefined;
  #commitTimer: ReturnType<typeof setTimeout> | undefined;
  /** The newest commit that the player has not taken. A commit holds the whole model, so older ones are not needed. */
  #pending: ScormCommit | undefined;
  #sending: Promise<void> | undefined;
  #journalFailed = false;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#seq = options.hydration.seq;
  }

  attach(model: ScormModel): void {
    this.#model = model;
  }

  initialized(): void {
    this.#initializedAt = this.#options.now();
    this.#post(this.#make(this.#model!.snapshot(), false));
  }

  changed(): void {
    this.#dirty = true;
    this.#journalTimer ??= setTimeout(() => this.#journalNow(), JOURNAL_DELAY);
    this.#commitTimer ??= setTimeout(() => this.commitNow(), COMMIT_DELAY);
  }

  /** The SCO's Commit or Terminate. @returns whether it is journaled */
  commit(cmi: CmiTree, terminating: boolean): boolean {
    const commit = this.#make(cmi, terminating);
    const safe = this.#write(commit);
    if (safe && terminating) this.#terminated = true;
    this.#settle();
    // Also where the journal failed: the player may yet keep it.
    this.#post(safe ? commit : { ...commit, terminated: false });
    return safe;
  }

  /** Commits what the SCO has not: the page is hidden or going away. */
  commitNow(): void {
    if (!this.#dirty || !this.#model?.running) return;
    const commit = this.#make(this.#model.snapshot(), false);
    this.#write(commit);
    this.#settle();
    this.#post(commit);
  }

  /** Resolves when the player has everything, or has refused it. */
  async flush(): Promise<void> {
    this.commitNow();
    this.#send();
    await this.#sending;
  }

  get terminated(): boolean {
    return this.#terminated;
  }

  #make(cmi: CmiTree, terminated: boolean): ScormCommit {
    this.#seq += 1;
    return {
      launch: this.#options.launch,
      seq: this.#seq,
      at: this.#options.now(),
      initializedAt: this.#initializedAt ?? this.#options.now(),
      terminated: terminated || this.#terminated,
      cmi,
      ...(this.#model?.stores ? { stores: this.#model.stores() } : {}),
    };
  }

  #journalNow(): void {
    this.#journalTimer = undefined;
    if (this.#dirty && this.#model?.running) this.#write(this.#make(this.#model.snapshot(), false));
  }

  #settle(): void {
    this.#dirty = false;
    clearTimeout(this.#journalTimer);
    clearTimeout(this.#commitTimer);
    this.#journalTimer = undefined;
    this.#commitTimer = undefined;
  }

  #write(commit: ScormCommit): boolean {
    try {
      this.#options.journal.write(commit);
      this.#journalFailed = false;
      return true;
    } catch (error) {
      if (!this.#journalFailed) this.#options.notice({ code: 'journal-failed', detail: error instanceof Error ? error.message : String(error) });
      this.#journalFailed = true;
      return false;
    }
  }

  #post(commit: ScormCommit): void {
    this.#pending = commit;
    this.#send();
  }

  #send(): void {
    this.#sending ??= this.#drain().finally(() => {
      this.#sending = undefined;
    });
  }

  async #drain(): Promise<void> {
    while (this.#pending) {
      const commit = this.#pending;
      this.#pending = undefined;
      const ack = await this.#options.record(commit).catch((): Ack => ({ ok: false, reason: 'failed' }));
      if (ack.ok) {
        this.#options.journal.acknowledge(commit.seq);
        continue;
      }
      this.#pending ??= commit;
      if (ack.reason === 'failed') setTimeout(() => this.#send(), RETRY_DELAY);
      return;
    }
  }
}
