import { css } from 'lit';

/** Toolbars of documents, whatever their kind. */
export const barStyles = css`
  .reader {
    container-type: inline-size;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(2 * var(--_space));
  }
  .bar,
  .find-bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_space) calc(2 * var(--_space));
    padding: var(--_space);
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
    background: var(--_surface);
    font-size: 0.9375em;
  }
  .group {
    display: inline-flex;
    align-items: center;
  }
  .tool {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-inline-size: 44px;
    min-block-size: 44px;
    padding: 0;
    color: inherit;
  }
  .tool[aria-expanded='true'],
  .tool[aria-pressed='true'] {
    background: var(--_tint);
  }
  .number {
    display: inline-flex;
    align-items: center;
    gap: calc(2 * var(--_space));
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  input,
  select {
    min-block-size: 44px;
    padding: var(--_space) calc(2 * var(--_space));
    border: 1px solid var(--_edge);
    border-radius: var(--_radius-s);
    background: var(--_surface);
    color: inherit;
    font: inherit;
  }
  input[type='number'] {
    inline-size: 4.5em;
    text-align: end;
  }
  select {
    max-inline-size: 8.5em;
  }
  .find-bar input[type='search'] {
    flex: 1 1 10em;
    min-inline-size: 0;
  }
  /* On a phone the tools take two lines, not three. */
  @container (inline-size < 24rem) {
    .bar {
      column-gap: var(--_space);
    }
    .bar .tool {
      min-inline-size: 36px;
    }
    .bar select {
      max-inline-size: 5.25em;
    }
  }
  .count {
    min-inline-size: 4em;
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .reading {
    margin: 0;
    color: var(--_muted);
    font-size: 0.875em;
    font-variant-numeric: tabular-nums;
  }
  .outline {
    max-block-size: 40vh;
    padding: calc(2 * var(--_space));
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
    overflow: auto;
  }
  .outline ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .outline ul ul {
    padding-inline-start: calc(4 * var(--_space));
  }
  .outline button {
    justify-content: start;
    inline-size: 100%;
    text-align: start;
    font-weight: 400;
    overflow-wrap: anywhere;
  }
  .ask {
    display: grid;
    gap: calc(3 * var(--_space));
    justify-items: start;
    max-inline-size: 30em;
  }
  .ask p {
    margin: 0;
  }
  .ask label {
    display: grid;
    gap: var(--_space);
    inline-size: 100%;
  }
  .wrong {
    color: var(--_bad);
  }
`;

export const pdfStyles = css`
  .pages {
    position: relative;
    block-size: clamp(20rem, 78vh, 70rem);
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
    background: var(--_sunken);
    overflow: auto;
    overflow-anchor: none;
    overscroll-behavior: auto;
    scrollbar-gutter: stable;
  }
  /* There is nothing behind a question. */
  .ask-place:not(:empty):has(form) ~ .pages {
    display: none;
  }
  .pages[aria-busy='true']::before {
    content: '';
    position: absolute;
    inset: 12px;
    border-radius: 2px;
    background: var(--_line);
    opacity: 0.5;
  }
  .sheet {
    inline-size: max-content;
    min-inline-size: 100%;
    padding-block: 12px;
    direction: ltr;
  }
  /* Paper is white also in the dark: what a page shows was made for it. */
  .page {
    position: relative;
    margin: 0 auto 12px;
    background: #fff;
    color: #1d2327;
    color-scheme: only light;
    box-shadow: 0 1px 4px rgb(0 0 0 / 0.25);
    overflow: clip;
    --scale-round-x: 1px;
    --scale-round-y: 1px;
  }
  .page:last-child {
    margin-block-end: 0;
  }
  canvas {
    display: block;
    inline-size: 100%;
    block-size: 100%;
  }
  .failed {
    margin: 0;
    padding: calc(6 * var(--_space));
    text-align: center;
  }
  .text,
  .links,
  .finds {
    position: absolute;
    inset: 0;
  }
  .links,
  .finds {
    pointer-events: none;
  }
  /* pdf.js lays each run of words over the picture of it and sets these properties by script. */
  .text {
    --text-scale-factor: calc(var(--total-scale-factor) * var(--min-font-size));
    line-height: 1;
    text-align: initial;
    transform-origin: 0 0;
    forced-color-adjust: none;
    text-size-adjust: none;
    overflow: clip;
  }
  .text[data-main-rotation='90'] {
    transform: rotate(90deg) translateY(-100%);
  }
  .text[data-main-rotation='180'] {
    transform: rotate(180deg) translate(-100%, -100%);
  }
  .text[data-main-rotation='270'] {
    transform: rotate(270deg) translateX(-100%);
  }
  .text :is(span, br) {
    position: absolute;
    color: transparent;
    white-space: pre;
    cursor: text;
    transform-origin: 0 0;
  }
  .text > :not(.markedContent),
  .text .markedContent span:not(.markedContent) {
    --font-height: 0;
    --scale-x: 1;
    --rotate: 0deg;
    font-size: calc(var(--text-scale-factor) * var(--font-height));
    transform: rotate(var(--rotate)) scaleX(var(--scale-x)) scale(calc(1 / var(--min-font-size)));
  }
  .text .markedContent {
    display: contents;
  }
  .text ::selection {
    background: rgb(21 97 140 / 0.3);
  }
  .links a {
    position: absolute;
    pointer-events: auto;
  }
  .links a:hover {
    background: rgb(255 210 0 / 0.2);
  }
  .find {
    position: absolute;
    border-radius: 2px;
    background: rgb(255 200 0 / 0.4);
  }
  .find.now {
    background: rgb(255 120 0 / 0.5);
    outline: 2px solid #b45309;
  }
  @media (forced-colors: active) {
    .find {
      forced-color-adjust: none;
    }
  }
`;
