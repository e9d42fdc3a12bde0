import { css } from 'lit';

export const quizStyles = css`
  .quiz {
    display: grid;
    gap: calc(5 * var(--_space));
    max-inline-size: 48em;
    margin: 0;
    padding-block: calc(4 * var(--_space)) calc(8 * var(--_space));
  }
  .quiz > * {
    min-inline-size: 0;
  }
  :where(h1, h2, h3, h4, h5, h6, p, dl, dd, ol, ul) {
    margin: 0;
    padding: 0;
  }
  :where(.title, .heading, h1, h2, h3, h4, h5, h6) {
    font-size: 1em;
    font-weight: 650;
    line-height: 1.35;
  }
  .title,
  .h1 {
    font-size: 1.125em;
  }
  .text {
    white-space: pre-line;
  }
  .rich > :first-child {
    margin-block-start: 0;
  }
  .rich > :last-child {
    margin-block-end: 0;
  }
  .rich :is(pre, .table) {
    overflow-x: auto;
  }
  :is(.text, .rich, .choice-text) {
    overflow-wrap: anywhere;
  }
  .media,
  .rich img {
    display: block;
    max-inline-size: 100%;
    block-size: auto;
    margin-block: calc(2 * var(--_space));
    border-radius: var(--_radius-s);
  }
  audio.media {
    inline-size: 100%;
    block-size: 44px;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: calc(3 * var(--_space)) calc(8 * var(--_space));
  }
  .facts dt,
  .hint,
  .number,
  .label {
    color: var(--_muted);
    font-size: 0.875em;
  }
  .facts dd {
    font-size: 1.25em;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .intro button,
  .actions button {
    justify-self: start;
    min-inline-size: 9em;
  }
  [tabindex='-1']:focus-visible {
    outline-offset: 4px;
  }
  .form-head {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: calc(2 * var(--_space));
    padding-block: calc(2 * var(--_space));
    border-block-end: 1px solid var(--_line);
    background: var(--_surface);
    color: var(--_muted);
    font-size: 0.9375em;
  }
  .clock {
    display: inline-flex;
    align-items: center;
    gap: var(--_space);
    font-variant-numeric: tabular-nums;
  }
  .clock.late {
    color: var(--_bad);
    font-weight: 600;
  }
  .question {
    display: grid;
    gap: calc(3 * var(--_space));
    margin: 0;
    padding: calc(4 * var(--_space));
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
  }
  .question.open {
    border-inline-start: 4px solid var(--_warn);
  }
  .prompt > span {
    display: block;
  }
  .prompt > span:last-child {
    font-weight: 600;
  }
  .choices,
  .pairs {
    display: grid;
    gap: calc(2 * var(--_space));
  }
  .choice,
  .order li {
    display: flex;
    align-items: center;
    gap: calc(3 * var(--_space));
    min-block-size: 44px;
    padding: calc(2 * var(--_space)) calc(3 * var(--_space));
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
    background: var(--_surface);
  }
  .choice:has(:checked) {
    border-color: var(--_accent);
    background: var(--_tint);
  }
  .choice:not(:has(:disabled)) {
    cursor: pointer;
  }
  .choice input {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    margin: 0;
    accent-color: var(--_accent);
  }
  .choice-text {
    flex: 1;
    min-inline-size: 0;
  }
  .order {
    display: grid;
    gap: calc(2 * var(--_space));
    list-style: none;
    counter-reset: place;
  }
  .order li {
    counter-increment: place;
    padding-block: var(--_space);
  }
  .order li::before {
    content: counter(place);
    min-inline-size: 1.25em;
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .order li[draggable='true'] {
    cursor: grab;
  }
  .order button {
    min-inline-size: 44px;
    padding: 0;
  }
  .pair {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    align-items: center;
    gap: calc(3 * var(--_space));
  }
  .targets {
    display: flex;
    flex-wrap: wrap;
    gap: calc(3 * var(--_space));
    list-style: none;
  }
  input[type='text'],
  textarea,
  select {
    inline-size: 100%;
    min-block-size: 44px;
    padding: calc(2 * var(--_space)) calc(3 * var(--_space));
    border: 1px solid var(--_edge);
    border-radius: var(--_radius-s);
    background: var(--_surface);
    color: inherit;
    font: inherit;
  }
  .number > input {
    inline-size: 10em;
  }
  span.number {
    display: flex;
    align-items: center;
    gap: calc(2 * var(--_space));
  }
  .prompt span.number {
    display: block;
  }
  [readonly] {
    background: var(--_sunken);
  }
  .check {
    justify-self: start;
  }
  .feedback,
  .told {
    display: grid;
    gap: calc(2 * var(--_space));
  }
  .feedback {
    padding: calc(3 * var(--_space));
    border-radius: var(--_radius-s);
    background: var(--_sunken);
  }
  .verdict {
    display: flex;
    align-items: center;
    gap: calc(2 * var(--_space));
    font-weight: 600;
  }
  .verdict.right {
    color: var(--_good);
  }
  .verdict.partial {
    color: var(--_warn);
  }
  .verdict.wrong {
    color: var(--_bad);
  }
  .missing {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(2 * var(--_space)) calc(4 * var(--_space));
    padding: calc(3 * var(--_space)) calc(4 * var(--_space));
    border-radius: var(--_radius-s);
    background: var(--_warn-tint);
  }
  .result-head {
    display: grid;
    justify-items: start;
    gap: calc(2 * var(--_space));
    padding: calc(5 * var(--_space));
    border-radius: var(--_radius);
    background: var(--_good-tint);
  }
  .result-head.bad {
    background: var(--_bad-tint);
  }
  .score strong {
    margin-inline-end: calc(2 * var(--_space));
    font-size: 1.75em;
    font-variant-numeric: tabular-nums;
  }
  .review {
    display: grid;
    gap: calc(3 * var(--_space));
    list-style: none;
  }
  .answer-lines {
    padding-inline-start: 1.25em;
  }
  @media (max-width: 30em) {
    .pair {
      grid-template-columns: minmax(0, 1fr);
      gap: var(--_space);
    }
    .question {
      padding: calc(3 * var(--_space));
    }
  }
  @media (forced-colors: active) {
    .choice:has(:checked) {
      outline: 2px solid Highlight;
    }
    .feedback,
    .result-head,
    .missing {
      border: 1px solid CanvasText;
    }
  }
`;
