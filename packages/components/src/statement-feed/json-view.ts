import { html, type TemplateResult } from 'lit';
import { str, type Localizer } from '../internal/localize.js';
import { icons } from './icons.js';
import { jsonOf } from './plain-value.js';
import { visible } from './safe-text.js';

/** Characters of JSON that are shown; a statement has about 2,000. */
const SHOWN = 40_000;

type TokenKind = 'key' | 'string' | 'number' | 'word' | 'rest';

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)/g;

/** JSON in pieces, each to be coloured as one. Linear in its length, and anything goes in. */
export function tokens(json: string): { readonly kind: TokenKind; readonly text: string }[] {
  const found: { kind: TokenKind; text: string }[] = [];
  let end = 0;
  for (const match of json.matchAll(TOKEN)) {
    if (match.index > end) found.push({ kind: 'rest', text: json.slice(end, match.index) });
    const [whole, quoted, colon, number] = match;
    if (quoted === undefined) found.push({ kind: number === undefined ? 'word' : 'number', text: whole });
    else found.push({ kind: colon === undefined ? 'string' : 'key', text: quoted });
    if (colon !== undefined) found.push({ kind: 'rest', text: colon });
    end = match.index + whole.length;
  }
  if (end < json.length) found.push({ kind: 'rest', text: json.slice(end) });
  return found;
}

export interface JsonView {
  /** It has just been copied. */
  readonly copied: boolean;
  readonly copy: (json: string, pre: Element) => void;
}

/** The statement as it is. Every piece is text: nothing in it becomes markup. */
export function renderJson(value: unknown, words: Localizer, { copied, copy }: JsonView): TemplateResult {
  const json = value === undefined ? undefined : jsonOf(value, 2);
  if (json === undefined) return html`<p class="muted">${words.msg('It cannot be written as JSON: it refers to itself, or is too deeply nested.')}</p>`;
  const shown = json.length > SHOWN ? json.slice(0, SHOWN) : json;
  const onCopy = (event: Event): void => copy(json, (event.currentTarget as HTMLElement).closest('.json')!.querySelector('pre')!);
  return html`<div class="json">
    <div class="json-head">
      <h4>JSON</h4>
      <button type="button" class="small" part="copy" @click=${onCopy}>${copied ? icons.stored : icons.copy}${copied ? words.msg('Copied') : words.msg('Copy')}</button>
    </div>
    <pre part="json" tabindex="0" role="region" aria-label=${words.msg('The statement as JSON')} lang="en" dir="ltr"><code>${tokens(shown).map(({ kind, text }) => html`<span class=${kind}>${visible(text)}</span>`)}</code></pre>
    ${json.length > SHOWN ? html`<p class="muted">${words.msg(str`Cut here after ${words.number(SHOWN)} of ${words.number(json.length)} characters. Copy or export it to have all of it.`)}</p>` : ''}
  </div>`;
}
