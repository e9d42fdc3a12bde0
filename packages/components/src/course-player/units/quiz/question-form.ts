import { inOrder, type DrawnQuestion, type MatchQuestion, type MultipleQuestion, type OrderQuestion, type Question, type QuizAnswer, type QuizItem, type SingleQuestion } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { str, type Localizer } from '../../../internal/localize.js';
import { glyph } from '../document/glyphs.js';
import type { QuizTexts } from './quiz-text.js';

export interface QuestionFormModel {
  readonly question: Question;
  readonly drawn: DrawnQuestion;
  readonly answer: QuizAnswer | undefined;
  /** It has been judged, or the attempt is over. */
  readonly locked: boolean;
  readonly texts: QuizTexts;
  readonly words: Localizer;
  /** The element that names the question. */
  readonly labelledBy: string;
  answerWith(answer: QuizAnswer | undefined): void;
  announce(message: string): void;
}

/** The controls by which a question is answered. All are the browser's own: they work by keyboard and with every screen reader. */
export function renderControls(model: QuestionFormModel): TemplateResult {
  const { question } = model;
  switch (question.kind) {
    case 'single':
      return renderChoices(model, question, 'radio');
    case 'multiple':
      return renderChoices(model, question, 'checkbox');
    case 'order':
      return renderOrder(model, question);
    case 'match':
      return renderMatch(model, question);
    case 'text':
      return question.multiline
        ? html`<textarea rows="5" dir="auto" maxlength=${question.maxLength} aria-labelledby=${model.labelledBy} ?readonly=${model.locked} .value=${live(written(model))} @input=${onWrite(model)}></textarea>`
        : html`<input type="text" dir="auto" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength=${question.maxLength} aria-labelledby=${model.labelledBy} ?readonly=${model.locked} .value=${live(written(model))} @input=${onWrite(model)} />`;
    case 'numeric':
      return html`<span class="number"
        ><input type="text" inputmode="decimal" autocomplete="off" maxlength="100" aria-labelledby=${model.labelledBy} ?readonly=${model.locked} .value=${live(written(model))} @input=${onWrite(model)} />${model.texts.rich(`${question.id} unit`, question.unit)}</span
      >`;
  }
}

const written = ({ answer }: QuestionFormModel): string => (typeof answer === 'string' ? answer : '');

const onWrite = ({ answerWith }: QuestionFormModel) => (event: Event): void => {
  const { value } = event.target as HTMLInputElement;
  answerWith(value.trim() === '' ? undefined : value);
};

function renderChoices({ question, drawn, answer, locked, texts, words, answerWith }: QuestionFormModel, { choices }: SingleQuestion | MultipleQuestion, type: 'radio' | 'checkbox'): TemplateResult {
  const picked = typeof answer === 'string' ? [answer] : Array.isArray(answer) ? (answer as readonly string[]) : [];
  const most = question.kind === 'multiple' ? question.maxChoices : undefined;
  const full = most !== undefined && picked.length >= most;
  const choose = (id: string, checked: boolean): void => {
    if (type === 'radio') return answerWith(id);
    const next = choices.map((choice) => choice.id).filter((each) => (each === id ? checked : picked.includes(each)));
    answerWith(next.length > 0 ? next : undefined);
  };
  const hint = type === 'radio' ? undefined : most === undefined ? words.msg('Choose all that are right.') : words.msg(str`Choose at most ${words.number(most)}.`);
  return html`${hint ? html`<p class="hint">${hint}</p>` : nothing}
    <div class="choices">
      ${inOrder(choices, drawn.order).map(
        ({ id, text, media }) => html`<label class="choice">
          <input
            type=${type}
            name=${question.id}
            value=${id}
            .checked=${live(picked.includes(id))}
            ?disabled=${locked || (full && !picked.includes(id))}
            @change=${(event: Event) => choose(id, (event.target as HTMLInputElement).checked)}
          />
          <span class="choice-text">${texts.rich(`${question.id} ${id}`, text)}${texts.media(media)}</span>
        </label>`,
      )}
    </div>`;
}

function renderOrder(model: QuestionFormModel, { items, id }: OrderQuestion): TemplateResult {
  const { drawn, answer, locked, texts, words, answerWith, announce } = model;
  const byId = new Map(items.map((item) => [item.id, item]));
  const order = Array.isArray(answer) ? (answer as readonly string[]).map((each) => byId.get(each)!) : inOrder(items, drawn.order);
  const move = (item: QuizItem, to: number, button?: EventTarget | null): void => {
    if (to < 0 || to >= order.length) return;
    const next = order.filter((each) => each !== item);
    next.splice(to, 0, item);
    answerWith(next.map((each) => each.id));
    announce(words.msg(str`${texts.plain(`${id} ${item.id}`, item.text)}: place ${words.number(to + 1)} of ${words.number(order.length)}`));
    // The item has moved under the finger that moved it.
    (button as HTMLElement | null)?.focus();
  };
  let dragged: QuizItem | undefined;
  return html`<p class="hint">${words.msg('Put them into order, the first on top.')}</p>
    <ol class="order">
      ${repeat(
        order,
        (item) => item.id,
        (item, place) => {
          const name = texts.plain(`${id} ${item.id}`, item.text);
          return html`<li
            draggable=${locked ? 'false' : 'true'}
            @dragstart=${() => (dragged = item)}
            @dragover=${(event: Event) => dragged && event.preventDefault()}
            @drop=${(event: Event) => {
              event.preventDefault();
              if (dragged && dragged !== item) move(dragged, place);
              dragged = undefined;
            }}
          >
            <span class="choice-text">${texts.rich(`${id} ${item.id}`, item.text)}${texts.media(item.media)}</span>
            ${locked
              ? nothing
              : html`<button type="button" class="plain" aria-disabled=${place === 0 ? 'true' : nothing} aria-label=${words.msg(str`Move up: ${name}`)} @click=${(event: Event) => move(item, place - 1, event.currentTarget)}>${glyph('up')}</button>
                  <button type="button" class="plain" aria-disabled=${place === order.length - 1 ? 'true' : nothing} aria-label=${words.msg(str`Move down: ${name}`)} @click=${(event: Event) => move(item, place + 1, event.currentTarget)}>${glyph('down')}</button>`}
          </li>`;
        },
      )}
    </ol>`;
}

function renderMatch({ drawn, answer, locked, texts, words, answerWith }: QuestionFormModel, { id, sources, targets }: MatchQuestion): TemplateResult {
  const pairs = typeof answer === 'object' && !Array.isArray(answer) ? (answer as Readonly<Record<string, string>>) : {};
  const shown = inOrder(targets, drawn.order);
  const pair = (source: string, target: string): void => {
    const next = { ...pairs, [source]: target };
    if (target === '') Reflect.deleteProperty(next, source);
    answerWith(Object.keys(next).length > 0 ? next : undefined);
  };
  const pictured = shown.some(({ media }) => media);
  return html`${pictured ? html`<ul class="targets">${shown.map((target) => html`<li>${texts.rich(`${id} shown ${target.id}`, target.text)}${texts.media(target.media)}</li>`)}</ul>` : nothing}
    <div class="pairs">
      ${sources.map(
        (source) => html`<label class="pair">
          <span class="choice-text">${texts.rich(`${id} ${source.id}`, source.text)}${texts.media(source.media)}</span>
          <select ?disabled=${locked} .value=${live(pairs[source.id] ?? '')} @change=${(event: Event) => pair(source.id, (event.target as HTMLSelectElement).value)}>
            <option value="" ?selected=${pairs[source.id] === undefined}>${words.msg('Choose…')}</option>
            ${shown.map((target) => html`<option value=${target.id} ?selected=${pairs[source.id] === target.id}>${texts.plain(`${id} ${target.id}`, target.text)}</option>`)}
          </select>
        </label>`,
      )}
    </div>`;
}
