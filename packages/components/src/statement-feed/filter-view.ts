import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { str, type Localizer } from '../internal/localize.js';
import { verbWords } from '../internal/verb-words.js';
import { statusWords } from './entry-words.js';
import { STATUSES, type FeedStatus } from './feed-entry.js';
import { isFiltered, type Criteria, type FilterName, type FilterValues } from './filters.js';
import { divide } from './lrs-query.js';
import { oneLine } from './safe-text.js';
import { nameOf, type Seen, type SeenItem } from './seen.js';
import { localInput, presetOf, PRESETS, presetWords, startOf, type ChosenRange, type Preset } from './time-range.js';

export interface FilterView {
  readonly words: Localizer;
  readonly values: FilterValues;
  readonly criteria: Criteria;
  readonly seen: Seen;
  readonly range: ChosenRange | undefined;
  /** Where it may look. */
  readonly scope: { readonly hasStore: boolean; readonly hasMore: boolean; readonly loaded: number };
  readonly set: (values: Partial<FilterValues>, range?: ChosenRange) => void;
  readonly clear: () => void;
}

const valueOf = (event: Event): string => (event.currentTarget as HTMLInputElement | HTMLSelectElement).value;

export function renderFilters(view: FilterView): TemplateResult {
  const { words, values, seen } = view;
  const { msg } = words;
  return html`<form class="filters" part="filters" id="filters" role="search" aria-label=${msg('Filter the statements')} @submit=${(event: Event) => event.preventDefault()}>
    ${renderSuggest(view, 'learner', msg('Learner'), seen.learners)}
    <label>
      <span>${msg('Verb')}</span>
      <select part="filter" @change=${(event: Event) => view.set({ verb: valueOf(event) })}>
        <option value="" ?selected=${values.verb === ''}>${msg('All')}</option>
        ${verbOptions(view)}
      </select>
    </label>
    ${renderSuggest(view, 'activity', msg('Activity'), seen.activities)} ${renderTime(view)}
    <label>
      <span>${msg('Receipt')}</span>
      <select part="filter" @change=${(event: Event) => view.set({ receipt: valueOf(event) as FeedStatus | '' })}>
        <option value="" ?selected=${values.receipt === ''}>${msg('All')}</option>
        ${STATUSES.map((status) => html`<option value=${status} ?selected=${values.receipt === status}>${statusWords(status, words)}</option>`)}
      </select>
    </label>
  </form>`;
}

/** What the filters come to. It stays in sight also where the filters themselves are folded away. */
export function renderFiltered(view: FilterView): TemplateResult | typeof nothing {
  const { words, criteria, clear } = view;
  if (!isFiltered(criteria) && criteria.faults.length === 0) return nothing;
  return html`<div class="filtered">
    ${renderScope(view)} ${renderFaults(criteria.faults, words)}
    <button type="button" part="clear" @click=${clear}>${words.msg('Clear all')}</button>
  </div>`;
}

/** Free text, or one of those that have gone by. */
function renderSuggest({ words, values, set }: FilterView, name: 'learner' | 'activity', label: string, items: readonly SeenItem[]): TemplateResult {
  const value = values[name];
  return html`<label>
    <span>${label}</span>
    <input
      part="filter"
      type="search"
      list=${`${name}s`}
      autocomplete="off"
      spellcheck="false"
      placeholder=${words.msg('All')}
      .value=${value}
      @input=${(event: Event) => set({ [name]: valueOf(event) })}
    />
    <datalist id=${`${name}s`}>${repeat(items, ({ id }) => id, (item) => html`<option value=${nameOf(item, words.languages)}></option>`)}</datalist>
  </label>`;
}

/** In the order of their words. What is asked for and has not gone by is one to choose all the same. */
function verbOptions({ words, values, criteria, seen }: FilterView): TemplateResult {
  const { verb } = criteria;
  const chosen = verb && 'exact' in verb ? verb.exact : values.verb;
  const items = seen.verbs.map((item) => ({ id: item.id, name: oneLine(verbWords({ id: item.id, display: item.text }, words), 80) }));
  if (chosen !== '' && !items.some(({ id }) => id === chosen)) items.push({ id: chosen, name: oneLine(verbWords({ id: chosen }, words), 80) });
  items.sort((a, b) => a.name.localeCompare(b.name, words.locale));
  return html`${repeat(items, ({ id }) => id, ({ id, name }) => html`<option value=${id} ?selected=${id === chosen}>${name}</option>`)}`;
}

function renderTime(view: FilterView): TemplateResult {
  const { words, values, range, set } = view;
  const { msg } = words;
  const preset = presetOf(values, range);
  const choose = (event: Event): void => {
    const chosen = valueOf(event) as Preset;
    if (chosen === 'own') return set({}, { preset: chosen, since: '' });
    const since = startOf(chosen, Date.now());
    set({ since, until: '' }, { preset: chosen, since });
  };
  const end = (name: 'since' | 'until', label: string): TemplateResult => html`<label>
    <span>${label}</span>
    <input
      part="filter"
      type="datetime-local"
      .value=${localInput(values[name])}
      @change=${(event: Event) => {
        const at = new Date(valueOf(event)).getTime();
        set({ [name]: Number.isNaN(at) ? '' : new Date(at).toISOString() });
      }}
    />
  </label>`;
  return html`<label>
      <span>${msg('Stored')}</span>
      <select part="filter" @change=${choose}>
        ${PRESETS.map((item) => html`<option value=${item} ?selected=${item === preset}>${presetWords(item, words)}</option>`)}
      </select>
    </label>
    ${preset === 'own' ? html`${end('since', msg('From'))} ${end('until', msg('To'))}` : nothing}`;
}

/** Where each filter looks: one that sees only what is loaded must not look like one that has searched everything. */
function renderScope({ words, criteria, scope }: FilterView): TemplateResult | typeof nothing {
  if (!isFiltered(criteria)) return nothing;
  if (!scope.hasStore) return html`<p class="muted">${words.msg('Looked for among what this page has recorded.')}</p>`;
  const { atStore, here } = divide(criteria);
  const list = (names: readonly FilterName[]): string => new Intl.ListFormat(words.locale).format(names.map((name) => filterWords(name, words)));
  return html`<p class="muted">
    ${atStore.length > 0 ? words.msg(str`Looked for in the whole record store: ${list(atStore)}.`) : nothing}
    ${here.length > 0 && scope.hasMore ? words.msg(str`Looked for only among the ${words.number(scope.loaded)} that are loaded: ${list(here)}.`) : nothing}
  </p>`;
}

function renderFaults(faults: readonly FilterName[], words: Localizer): TemplateResult | typeof nothing {
  if (faults.length === 0) return nothing;
  const names = faults.map((name) => filterWords(name, words)).join(', ');
  return html`<p class="warn">${words.msg(str`Not understood, and so not applied: ${names}.`)}</p>`;
}

function filterWords(name: FilterName, { msg }: Localizer): string {
  return {
    learner: msg('Learner'),
    verb: msg('Verb'),
    activity: msg('Activity'),
    registration: msg('Registration'),
    since: msg('From'),
    until: msg('To'),
    receipt: msg('Receipt'),
  }[name];
}
