import { css } from 'lit';

/** The table of contents: below the unit, or beside it where there is room. */
export const contentsStyles = css`
  .contents {
    padding: calc(4 * var(--_space)) calc(2 * var(--_space));
    border-block-start: 1px solid var(--_line);
    background: var(--_sunken);
  }
  .contents-list {
    margin: calc(-1 * var(--_space));
    padding: var(--_space);
  }
  .contents-head {
    padding: 0 calc(3 * var(--_space)) calc(2 * var(--_space));
    font-weight: 650;
  }
  .contents-note {
    padding: 0 calc(3 * var(--_space)) calc(2 * var(--_space));
    color: var(--_muted);
    font-size: 0.875em;
  }
  .entry .facts {
    flex-wrap: nowrap;
    align-items: start;
  }
  .entry .facts svg {
    flex: none;
    margin-block-start: 0.15em;
  }
  .block {
    padding: calc(3 * var(--_space)) calc(3 * var(--_space)) var(--_space);
    color: var(--_muted);
    font-size: 0.8125em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .depth-2,
  .depth-3 {
    padding-inline-start: calc(3 * var(--_space));
  }
  .depth-3 {
    padding-inline-start: calc(6 * var(--_space));
  }
  /* Laid out when it comes into sight; its measure until then is a guess, and afterwards what it was. */
  .stretch {
    content-visibility: auto;
    contain-intrinsic-block-size: auto calc(var(--_rows) * 4.25em);
  }
  .stretch .entry:focus-visible {
    outline-offset: -2px;
  }
  .long {
    max-block-size: 70vh;
    overflow-y: auto;
  }
  .closed {
    display: block;
    color: var(--_text);
    font-size: 0.8125em;
    line-height: 1.5;
    overflow-wrap: anywhere;
  }
  .entry {
    align-items: start;
    justify-content: start;
    gap: calc(3 * var(--_space));
    inline-size: 100%;
    padding: calc(2 * var(--_space)) calc(3 * var(--_space));
    border-color: transparent;
    background: none;
    font-weight: 400;
    text-align: start;
  }
  .entry:hover {
    background: var(--_tint);
  }
  .entry[aria-current] {
    border-color: var(--_line);
    background: var(--_surface);
  }
  .entry[aria-current] .entry-title {
    font-weight: 650;
  }
  .entry[aria-disabled] {
    color: var(--_muted);
    opacity: 1;
    cursor: default;
  }
  .entry[aria-disabled]:hover {
    background: none;
  }
  .entry-words {
    min-inline-size: 0;
  }
  .entry-title {
    display: block;
    line-height: 1.45;
    overflow-wrap: anywhere;
  }
  .mark {
    inline-size: 1.4em;
    block-size: 1.4em;
    color: var(--_edge);
  }
  .mark .arc {
    color: var(--_accent);
    stroke-width: 3;
    rotate: -90deg;
    transform-origin: center;
  }
  .mark.completed,
  .mark.waived,
  .mark.passed {
    color: var(--_good);
  }
  .mark.completed circle,
  .mark.waived circle,
  .mark.passed circle {
    fill: currentColor;
  }
  .mark.completed path,
  .mark.waived path,
  .mark.passed path {
    stroke: var(--_sunken);
    stroke-width: 2.5;
  }
  .mark.failed {
    color: var(--_bad);
  }
  @container lectern-player (inline-size >= 56rem) {
    .contents {
      border-block-start: 0;
      border-inline-start: 1px solid var(--_line);
    }
    .contents-list {
      position: sticky;
      inset-block-start: 0;
      max-block-size: 100vh;
      overflow-y: auto;
    }
  }
  @media (forced-colors: active) {
    .entry[aria-current] {
      border-color: Highlight;
    }
    .mark.completed circle,
    .mark.waived circle,
    .mark.passed circle {
      fill: none;
    }
    .mark.completed path,
    .mark.waived path,
    .mark.passed path {
      stroke: currentColor;
    }
  }
`;
