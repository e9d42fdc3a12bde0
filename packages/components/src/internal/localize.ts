import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { MsgFn } from '@lit/localize';
import { defaultMsg } from '@lit/localize/internal/default-msg.js';
import { composedClosest } from './composed-tree.js';

export { str } from '@lit/localize/internal/str-tag.js';

/** Without the mark by which lit-localize knows `msg`: it must not look for words here. */
const untranslated = defaultMsg as (template: Parameters<MsgFn>[0]) => unknown;

type Translation = typeof import('./translate.js');

/** The languages that the elements themselves speak. Content may be in any. */
export type Locale = 'en' | 'zh-CN';

/** Chinese of any kind is nearer to Chinese than English is. */
const localeOf = (lang: string): Locale => (/^(zh|yue|wuu|cmn)\b/i.test(lang) ? 'zh-CN' : 'en');

/**
 * Words in the language of the place where the element stands: the closest `lang`, else the document's, else the browser's.
 *
 * lit-localize finds the messages (`msg` carries its mark) and holds their translations; but its own runtime has one language
 * for the whole page and tells of changes on `window`, so two elements in two languages could not share a page (and a host
 * page that uses lit-localize itself would meet "configured twice"). Hence one of these for each element.
 */
export class Localizer implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #observer: MutationObserver | undefined;
  #translation: Translation | undefined;
  #locale: Locale = 'en';
  #wanted: Locale = 'en';
  #lang = 'en';
  #loading: Promise<void> | undefined;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  /** The element's words: `words.msg('Next')`, `` words.msg(str`${n} left`) ``. Call it with literals: lit-localize reads them from the source. */
  readonly msg: MsgFn = ((template: Parameters<MsgFn>[0], options?: Parameters<MsgFn>[1]) =>
    this.#translation ? this.#translation.runtimeMsg(this.#translation.templates, template, options) : untranslated(template)) as MsgFn;

  /** The language of the element's words now; goes into `lang` of what it renders. */
  get locale(): Locale {
    return this.#locale;
  }

  /** `false` while the words of the wanted language are on their way: render nothing that speaks. */
  get ready(): boolean {
    return this.#wanted === this.#locale;
  }

  /** Resolves when `ready`. Where translations cannot be loaded the element speaks English. */
  get settled(): Promise<void> {
    return this.#loading ?? Promise.resolve();
  }

  /** BCP 47 tags to pick the content's language by: the place's, then the browser's. */
  get languages(): readonly string[] {
    return [...new Set([this.#lang, ...navigator.languages])];
  }

  /** A number as it is written in this language. */
  number(value: number, options?: Intl.NumberFormatOptions): string {
    // A browser's first number format costs a slow phone more than the whole first picture, and small numbers need none in these languages.
    if (!options && Number.isInteger(value) && value >= 0 && value < 1000) return String(value);
    return new Intl.NumberFormat(this.formatTag, options).format(value);
  }

  /** A fraction from 0 to 1 as whole percent; 0.999 is 99 %, because only the whole is 100 %. */
  percent(fraction: number): string {
    return `${Math.floor(Math.min(1, Math.max(0, fraction)) * 100 + 1e-9)}%`;
  }

  /** A moment, by default as date and time. */
  date(at: Date | number, options: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' }): string {
    return new Intl.DateTimeFormat(this.formatTag, options).format(at);
  }

  hostConnected(): void {
    this.#observer = new MutationObserver(() => this.#read());
    const options = { attributes: true, attributeFilter: ['lang'] };
    this.#observer.observe(this.#host, options);
    this.#observer.observe(document.documentElement, options);
    const place = composedClosest(this.#host.parentNode, '[lang]');
    if (place) this.#observer.observe(place, options);
    this.#read();
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  /** Digits and dates follow the place ("en-GB") where it speaks the element's language, else the element's. */
  get formatTag(): string {
    return localeOf(this.#lang) === this.#locale && /^(en|zh)\b/i.test(this.#lang) ? this.#lang : this.#locale;
  }

  #read(): void {
    const lang = composedClosest(this.#host, '[lang]')?.getAttribute('lang') || navigator.language;
    this.#lang = isLanguageTag(lang) ? lang : 'en';
    const wanted = localeOf(this.#lang);
    if (wanted !== this.#wanted) {
      this.#wanted = wanted;
      this.#loading = this.#load(wanted);
    }
    this.#host.requestUpdate();
  }

  async #load(wanted: Locale): Promise<void> {
    let translation: Translation | undefined;
    try {
      if (wanted === 'zh-CN') translation = await import('./translate.js');
    } catch {
      // English words are better than none; the next change of language tries again.
    }
    if (this.#wanted !== wanted) return;
    this.#translation = translation;
    this.#wanted = this.#locale = translation ? wanted : 'en';
    this.#host.requestUpdate();
  }
}

function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false; // A page may say lang="whatever"; Intl would throw on it.
  }
}
