import type { Localizer } from '../internal/localize.js';

const STEPS = [
  ['second', 1_000, 60_000],
  ['minute', 60_000, 3_600_000],
  ['hour', 3_600_000, 86_400_000],
  ['day', 86_400_000, 7 * 86_400_000],
] as const;

const WEEK = 7 * 86_400_000;

const FORMATS = {
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  dayAndTime: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  day: { dateStyle: 'medium' },
  exact: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Moments in words. It keeps its formats: a thousand rows that each make their own take longer than all the rest of them. */
export class TimeWords {
  readonly #words: Localizer;
  #tag = '';
  #dates = new Map<keyof typeof FORMATS, Intl.DateTimeFormat>();
  #relative: Intl.RelativeTimeFormat | undefined;

  constructor(words: Localizer) {
    this.#words = words;
  }

  /** `3 minutes ago`; empty for what is a week from now or more. */
  relative(at: number, now: number): string {
    const passed = now - at;
    const step = STEPS.find(([, , below]) => Math.abs(passed) < below);
    if (!step) return '';
    this.#sync();
    this.#relative ??= new Intl.RelativeTimeFormat(this.#words.locale, { numeric: 'auto', style: 'long' });
    const [unit, length] = step;
    // Seconds change too often to be worth reading.
    return unit === 'second' ? this.#relative.format(0, 'second') : this.#relative.format(-Math.trunc(passed / length), unit);
  }

  /** As short as can be told apart: the time of today, the day and time of this week, else the day. */
  local(at: number, now: number): string {
    if (new Date(at).toDateString() === new Date(now).toDateString()) return this.#date('time', at);
    return this.#date(Math.abs(now - at) < WEEK ? 'dayAndTime' : 'day', at);
  }

  /** To the second, with its zone. */
  exact(at: number): string {
    return this.#date('exact', at);
  }

  #date(name: keyof typeof FORMATS, at: number): string {
    this.#sync();
    let format = this.#dates.get(name);
    if (!format) {
      format = new Intl.DateTimeFormat(this.#tag, FORMATS[name]);
      this.#dates.set(name, format);
    }
    return format.format(at);
  }

  /** The page may have changed its language. */
  #sync(): void {
    const { formatTag } = this.#words;
    if (formatTag === this.#tag) return;
    this.#tag = formatTag;
    this.#dates.clear();
    this.#relative = undefined;
  }
}

/** Within what `Date` can say. */
export const isDate = (at: number | undefined): at is number => at !== undefined && Math.abs(at) <= 8.64e15;
