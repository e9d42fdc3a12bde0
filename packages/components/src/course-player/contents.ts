import { getUnit, pickText, unitStatus, type Block, type ClosedReason, type Course, type CourseNode, type LearningEvent, type Opening, type Session, type Unit, type UnitState, type UnitStatus } from '@lectern/core';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { icon } from '../internal/icons.js';
import { str, type Localizer } from '../internal/localize.js';
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

/** "12 min", or seconds below a minute. */
export function durationWords(seconds: number, words: Localizer): string {
  const short = seconds < 60;
  const count = words.number(Math.round(short ? seconds : seconds / 60));
  return short ? words.msg(str`${count} s`) : words.msg(str`${count} min`);
}

export function statusWords(status: UnitStatus, { msg }: Localizer): string {
  switch (status) {
    case 'notStarted':
      return msg('Not started');
    case 'inProgress':
      return msg('In progress');
    case 'completed':
      return msg('Completed');
    case 'passed':
      return msg('Passed');
    case 'failed':
      return msg('Not passed');
    case 'waived':
      return msg('Waived');
  }
}

/** Why a unit may not be opened now. */
export function closedWords(reason: ClosedReason, { msg }: Localizer): string {
  switch (reason) {
    // The contents say it once for all.
    case 'waiting':
    case 'choice':
      return '';
    case 'order':
      return msg('Not open yet');
    case 'prerequisites':
      return msg('Other units come first');
    case 'disabled':
      return msg('Not open now');
    case 'attempts':
      return msg('No attempts left');
    case 'expired':
      return msg('Its time is over');
    case 'end':
    case 'unknown':
      return msg('Cannot be opened');
  }
}

/** What to say aloud after an event that decided a unit. */
export function outcomeWords(session: Session, { type, unitId }: LearningEvent, words: Localizer): string | undefined {
  const state = session.getState().units[unitId];
  // Media completes on a tick.
  if (type !== 'completed' && type !== 'passed' && type !== 'failed' && !(type === 'ticked' && state?.completed)) return undefined;
  const title = pickText(getUnit(session.course, unitId).title, words.languages);
  const status = statusWords(unitStatus(state), words);
  return words.msg(str`${title}: ${status}`);
}

/** A ring that fills; a tick or a cross when it is decided. The words beside it say the same. */
function statusMark(status: UnitStatus, progress: number): TemplateResult {
  const arc = status === 'inProgress' ? svg`<circle class="arc" cx="12" cy="12" r="9" pathLength="100" stroke-dasharray="${Math.round(progress * 100)} 100" />` : nothing;
  const sign = status === 'failed' ? svg`<path d="m9 9 6 6m0-6-6 6" />` : status === 'completed' || status === 'passed' || status === 'waived' ? svg`<path d="m8 12.5 3 3 5.5-6" />` : nothing;
  return html`<svg class="mark ${status}" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9" />${arc}${sign}</svg>`;
}

export interface ContentsModel {
  readonly groups: readonly ContentsGroup[];
  readonly current: string | undefined;
  readonly words: Localizer;
  /** Level of the headings of the top blocks. */
  readonly level: number;
  stateOf(unitId: string): UnitState | undefined;
  /** Whether a unit may be opened now. */
  openingOf(nodeId: string): Opening;
  open(unitId: string): void;
}

export function renderContents(model: ContentsModel): TemplateResult {
  const { words, level } = model;
  return html`${model.groups.map(({ block, depth, units }) => {
    const heading = block
      ? html`<div class="block" role="heading" aria-level=${Math.min(6, level + depth)}><bdi>${pickText(block.title, words.languages)}</bdi></div>`
      : nothing;
    return html`<div class="group depth-${Math.min(3, block ? depth + 1 : depth)}">
      ${heading}${units.length ? html`<ul role="list">${units.map((unit) => renderUnit(unit, model))}</ul>` : nothing}
    </div>`;
  })}`;
}

function renderUnit(unit: Unit, { words, current, stateOf, openingOf, open }: ContentsModel): TemplateResult | typeof nothing {
  const opening = openingOf(unit.id);
  const isCurrent = current === unit.id;
  if (opening.hidden && !isCurrent) return nothing;
  const state = stateOf(unit.id);
  const status = unitStatus(state);
  const seconds = unit.expectedSeconds ?? state?.length;
  const done = state?.progress ?? 0;
  const percent = words.percent(done);
  // The open unit is open, whatever the way back into it.
  const closed = opening.allowed || isCurrent ? undefined : closedWords(opening.reason, words);
  const facts = [
    KINDS[unit.kind].words(words),
    seconds ? durationWords(seconds, words) : '',
    status === 'inProgress' && done >= 0.01 ? words.msg(str`${percent} done`) : status === 'notStarted' ? '' : statusWords(status, words),
    closed ?? '',
  ].filter(Boolean);
  return html`<li>
    <button
      type="button"
      class="entry"
      part="contents-item"
      aria-current=${isCurrent ? 'true' : nothing}
      aria-disabled=${closed === undefined ? nothing : 'true'}
      @click=${() => (opening.allowed ? open(unit.id) : undefined)}
    >
      ${statusMark(status, done)}
      <span class="entry-words">
        <span class="entry-title"><bdi>${pickText(unit.title, words.languages)}</bdi></span>
        <span class="facts">${icon(KINDS[unit.kind].icon)}<bdi>${facts.join(' · ')}</bdi></span>
        ${status === 'notStarted' ? html`<span class="unseen">${statusWords(status, words)}</span>` : nothing}
      </span>
    </button>
  </li>`;
}
