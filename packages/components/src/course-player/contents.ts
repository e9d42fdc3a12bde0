import { pickText, unitStatus, type Block, type Course, type CourseNode, type Opening, type Unit, type UnitState, type UnitStatus } from '@lectern/core';
import { html, nothing, render, svg, type TemplateResult } from 'lit';
import { icon } from '../internal/icons.js';
import { str, type Localizer } from '../internal/localize.js';
import { closedWords } from './closed-words.js';
import { ContentsFocus } from './contents-focus.js';
import { durationWords, statusWords, usualSeconds } from './unit-words.js';
import { KINDS } from './units/kinds.js';

/** Units that follow one another under one heading. */
export interface ContentsGroup {
  /** Absent: units that stand at the top. */
  readonly block?: Block;
  /** 0 for the top. */
  readonly depth: number;
  readonly units: readonly Unit[];
}

/** A course's tree as headed groups in reading order. Iterative: a hostile course may nest deeper than the stack. */
export function groupContents(course: Course): readonly ContentsGroup[] {
  const groups: { block?: Block; depth: number; units: Unit[] }[] = [];
  const stack: { node: CourseNode; depth: number; parent: Course | Block }[] = [];
  const push = (parent: Course | Block, depth: number): void => {
    for (let i = parent.children.length - 1; i >= 0; i--) stack.push({ node: parent.children[i]!, depth, parent });
  };
  push(course, 0);
  let owner: Course | Block | undefined;
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const { node, depth, parent } = entry;
    if (node.type === 'block') {
      groups.push({ block: node, depth, units: [] });
      owner = node;
      push(node, depth + 1);
    } else {
      if (owner !== parent || groups.length === 0) groups.push({ depth, units: [] });
      owner = parent;
      groups.at(-1)!.units.push(node);
    }
  }
  return groups;
}

/** A ring that fills; a tick or a cross when it is decided. The words beside it say the same. */
function statusMark(status: UnitStatus, progress: number): TemplateResult {
  const arc = status === 'inProgress' ? svg`<circle class="arc" cx="12" cy="12" r="9" pathLength="100" stroke-dasharray="${Math.round(progress * 100)} 100" />` : nothing;
  const sign = status === 'failed' ? svg`<path d="m9 9 6 6m0-6-6 6" />` : status === 'completed' || status === 'passed' || status === 'waived' ? svg`<path d="m8 12.5 3 3 5.5-6" />` : nothing;
  return html`<svg class="mark ${status}" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9" />${arc}${sign}</svg>`;
}

/** What the contents show. */
export interface ContentsModel {
  readonly course: Course;
  readonly current: string | undefined;
  readonly words: Localizer;
  /** Level of the headings of the top blocks. */
  readonly level: number;
  stateOf(unitId: string): UnitState | undefined;
  /** Whether a unit may be opened now. */
  openingOf(nodeId: string): Opening;
  /** Whether a unit can be used without a network, in words, where the course is kept. */
  keptOf?(unitId: string): string | undefined;
  open(unitId: string): void;
}

/** Units in a stretch that the browser lays out together, when it comes into sight. */
const STRETCH = 40;

/** Milliseconds of drawing at a time: half of what is felt as a halt, on a machine half as fast. */
const SLICE = 8;

interface Row {
  readonly unit: Unit;
  /** Where its rows go. */
  readonly stretch: HTMLElement;
  /** The first of a stretch makes the places of all. */
  readonly from: number;
  place?: HTMLElement;
  /** What it shows; absent while nothing. */
  shown?: string;
}

/**
 * A table of contents, whatever its length. Every unit is in the page, so that find-in-page, screen readers and print have them all; rows are drawn a few at
 * a time, those around the open unit first, and drawn again only when what they show has changed. The browser lays out what is in sight
 * (`content-visibility`).
 */
export class Contents {
  readonly #place: HTMLElement;
  readonly #focus: ContentsFocus;
  #course: Course | undefined;
  #locale = '';
  #level = 0;
  #rows: readonly Row[] = [];
  readonly #byId = new Map<string, Row>();
  readonly #titles = new Map<string, CourseNode>();
  #model!: ContentsModel;
  #current: string | undefined;
  #drawing = 0;

  /** @param place an empty element for it */
  constructor(place: HTMLElement) {
    this.#place = place;
    this.#focus = new ContentsFocus(place);
    place.addEventListener('click', ({ target }) => {
      const id = (target as Element).closest<HTMLElement>('.entry')?.dataset['unit'];
      if (id !== undefined && this.#model.openingOf(id).allowed) this.#model.open(id);
    });
  }

  /** Shows what has changed. The first rows are there when it returns. */
  update(model: ContentsModel): void {
    this.#model = model;
    const { course, level, words } = model;
    if (course !== this.#course || level !== this.#level) this.#build();
    // What is said depends on the language, which has its own name for it.
    const locale = `${words.locale} ${words.languages.join()}`;
    if (locale !== this.#locale) {
      this.#locale = locale;
      for (const row of this.#rows) delete row.shown;
      this.#drawHeadings();
    }
    const moved = this.#current !== model.current;
    this.#current = model.current;
    void this.#draw(moved);
  }

  #build(): void {
    const { course, level } = this.#model;
    this.#course = course;
    this.#level = level;
    this.#locale = '';
    this.#current = undefined;
    this.#byId.clear();
    this.#titles.clear();
    const rows: Row[] = [];
    const groups = groupContents(course);
    const shells = groups.map(({ block, depth, units }) => {
      const group = element('div', `group depth-${Math.min(3, block ? depth + 1 : depth)}`);
      if (block) {
        const heading = element('div', 'block', { role: 'heading', 'aria-level': String(Math.min(6, level + depth)) });
        heading.dataset['block'] = block.id;
        this.#titles.set(block.id, block);
        group.append(heading);
      }
      if (units.length === 0) return group;
      const list = element('div', 'units', { role: 'list' });
      for (let from = 0; from < units.length; from += STRETCH) {
        const some = units.slice(from, from + STRETCH);
        const stretch = element('div', units.length > STRETCH ? 'stretch' : '', { role: 'presentation' });
        stretch.style.setProperty('--_rows', String(some.length));
        const first = rows.length;
        for (const unit of some) {
          const row: Row = { unit, stretch, from: first };
          rows.push(row);
          this.#byId.set(unit.id, row);
          this.#titles.set(unit.id, unit);
        }
        list.append(stretch);
      }
      group.append(list);
      return group;
    });
    this.#rows = rows;
    this.#place.replaceChildren(...shells);
  }

  #drawHeadings(): void {
    for (const heading of this.#place.querySelectorAll<HTMLElement>('[data-block]')) render(html`<bdi>${this.#titleOf(heading.dataset['block']!)}</bdi>`, heading);
  }

  /** Those around the open unit at once, the others while there is time. */
  async #draw(moved: boolean): Promise<void> {
    const turn = ++this.#drawing;
    const at = Math.max(0, this.#rows.findIndex(({ unit }) => unit.id === this.#current));
    const begin = Math.max(0, at - STRETCH / 2);
    let until = performance.now() + SLICE;
    for (let n = 0; n < this.#rows.length; n++) {
      this.#drawRow(this.#rows[(begin + n) % this.#rows.length]!);
      if (n === STRETCH || n === this.#rows.length - 1) {
        this.#focus.settle(this.#current);
        // When it has been laid out anyway.
        if (moved) requestAnimationFrame(() => setTimeout(() => this.#showCurrent()));
      }
      if (performance.now() < until) continue;
      await breath();
      if (turn !== this.#drawing) return;
      until = performance.now() + SLICE;
    }
  }

  #drawRow(row: Row): void {
    const { stateOf, openingOf, current } = this.#model;
    const { unit } = row;
    const opening = openingOf(unit.id);
    const state = stateOf(unit.id);
    const isCurrent = current === unit.id;
    const done = state?.progress ?? 0;
    const status = unitStatus(state);
    const closed = opening.allowed || isCurrent ? '' : `${opening.reason} ${opening.missing?.join(' ') ?? ''}`;
    const hidden = opening.hidden === true && !isCurrent;
    const shown = `${status} ${Math.floor(done * 100)} ${state?.length ?? ''} ${isCurrent} ${hidden} ${opening.allowed} ${closed} ${this.#model.keptOf?.(unit.id) ?? ''}`;
    if (row.shown === shown) return;
    row.shown = shown;
    const place = this.#placeOf(row);
    place.hidden = hidden;
    render(hidden ? nothing : this.#rowOf(unit, opening, state, isCurrent), place);
  }

  #placeOf(row: Row): HTMLElement {
    if (!row.place) {
      for (let at = row.from; this.#rows[at]?.stretch === row.stretch; at++) row.stretch.append((this.#rows[at]!.place = element('div', 'row', { role: 'listitem' })));
    }
    return row.place!;
  }

  #rowOf(unit: Unit, opening: Opening, state: UnitState | undefined, isCurrent: boolean): TemplateResult {
    const { words } = this.#model;
    const status = unitStatus(state);
    const seconds = usualSeconds(unit, state);
    const done = state?.progress ?? 0;
    const percent = words.percent(done);
    // The open unit is open, whatever the way back into it.
    const closed = opening.allowed || isCurrent ? undefined : closedWords(opening.reason, (opening.missing ?? []).map((id) => this.#titleOf(id)), words);
    const facts = [
      KINDS[unit.kind].words(words),
      seconds ? durationWords(seconds, words) : '',
      this.#model.keptOf?.(unit.id) ?? '',
      status === 'inProgress' && done >= 0.01 ? words.msg(str`${percent} done`) : status === 'notStarted' ? '' : statusWords(status, words),
    ].filter(Boolean);
    return html`<button
      type="button"
      class="entry"
      part="contents-item"
      tabindex="-1"
      data-unit=${unit.id}
      aria-current=${isCurrent ? 'true' : nothing}
      aria-disabled=${closed === undefined ? nothing : 'true'}
    >
      ${closed ? icon('locked', 'mark') : statusMark(status, done)}
      <span class="entry-words">
        <span class="entry-title"><bdi>${this.#titleOf(unit.id)}</bdi></span>
        <span class="facts">${icon(KINDS[unit.kind].icon)}<bdi>${facts.join(' · ')}</bdi></span>
        ${closed ? html`<span class="closed"><bdi>${closed}</bdi></span>` : nothing}
        ${status === 'notStarted' ? html`<span class="unseen">${closed ? words.msg('Locked') : statusWords(status, words)}</span>` : nothing}
      </span>
    </button>`;
  }

  #titleOf(nodeId: string): string {
    return pickText(this.#titles.get(nodeId)?.title, this.#model.words.languages) || nodeId;
  }

  /** Scrolls the list, and nothing around it: the page is the reader's. */
  #showCurrent(): void {
    const row = this.#byId.get(this.#current ?? '')?.place;
    const list = this.#place.closest<HTMLElement>('.contents-list');
    if (!row || !list || list.scrollHeight <= list.clientHeight) return;
    const [inner, outer] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) list.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
  }
}

function element(tag: string, className: string, attributes: Readonly<Record<string, string>> = {}): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Lets the browser do what waits: input, and pictures. (`scheduler.yield()` goes on before the next picture.) */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
