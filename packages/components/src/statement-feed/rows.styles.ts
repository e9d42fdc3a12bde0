import { css } from 'lit';

/** The list, its rows, and what they open to. */
export const rowStyles = css`
  .scroll {
    overflow: auto;
    max-block-size: var(--lectern-feed-height, none);
    border-block-start: 1px solid var(--_line);
  }
  li[data-key] {
    /* Rows out of sight cost no layout; those that have been in sight keep their height. */
    content-visibility: auto;
    contain-intrinsic-size: auto 4.25em;
  }
  li[data-key] + li {
    border-block-start: 1px solid var(--_line);
  }
  summary {
    display: grid;
    grid-template-columns: auto 1fr auto;
    grid-template-areas: 'chevron time status' 'chevron line line' '. why why';
    gap: 0 calc(2.5 * var(--_space));
    align-items: baseline;
    min-block-size: 44px;
    padding: calc(2 * var(--_space)) calc(4 * var(--_space)) calc(2 * var(--_space)) calc(3 * var(--_space));
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary:focus-visible {
    outline-offset: -3px;
  }
  summary:hover {
    background: var(--_sunken);
  }
  .chevron {
    grid-area: chevron;
    align-self: center;
    display: grid;
    color: var(--_muted);
  }
  .chevron svg {
    inline-size: 1.1em;
    block-size: 1.1em;
  }
  details[open] > summary .chevron svg {
    rotate: 90deg;
  }
  :host(:dir(rtl)) details[open] > summary .chevron svg {
    rotate: -90deg;
  }
  time,
  .time {
    grid-area: time;
    color: var(--_muted);
    font-size: 0.875em;
    font-variant-numeric: tabular-nums;
  }
  .ago {
    white-space: nowrap;
  }
  .ago::before {
    content: '· ';
    content: '· ' / '';
  }
  .line {
    grid-area: line;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .learner,
  .result {
    color: var(--_muted);
  }
  /* What the element says is in English or Chinese, which run from left to right also where the page does not. */
  :host(:dir(rtl)) :is(.line, time, .status) {
    direction: ltr;
    unicode-bidi: isolate;
  }
  .verb {
    font-weight: 600;
  }
  .result::before {
    content: '— ';
    content: '— ' / '';
  }
  .status {
    grid-area: status;
    align-self: center;
    display: inline-flex;
    gap: 0.35em;
    align-items: center;
    padding: 0.05em 0.65em 0.05em 0.45em;
    border-radius: 1em;
    background: var(--_warn-tint);
    color: var(--_warn);
    font-size: 0.8125em;
    white-space: nowrap;
  }
  .status svg {
    inline-size: 1.2em;
    block-size: 1.2em;
  }
  .full {
    fill: currentColor;
    stroke: none;
  }
  .stored .status {
    background: var(--_good-tint);
    color: var(--_good);
  }
  .failed .status {
    background: var(--_bad-tint);
    color: var(--_bad);
  }
  .unknown .status {
    background: var(--_sunken);
    color: var(--_muted);
  }
  .why {
    grid-area: why;
    color: var(--_muted);
    font-size: 0.85em;
  }
  .failed .why {
    color: var(--_bad);
  }
  .inside {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(4 * var(--_space));
    padding: calc(4 * var(--_space));
    border-block-start: 1px solid var(--_line);
    background: var(--_sunken);
  }
  .note {
    border-radius: var(--_radius-s);
  }
  .note.warn {
    background: var(--_warn-tint);
  }
  .note.warn > svg {
    color: var(--_warn);
  }
  .note small {
    color: inherit;
  }
  .note li + li {
    margin-block-start: var(--_space);
  }
  .facts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 14em), 1fr));
    gap: calc(3 * var(--_space)) calc(6 * var(--_space));
    font-size: 0.95em;
  }
  .facts > div {
    min-inline-size: 0;
  }
  .facts dt {
    color: var(--_muted);
    font-size: 0.85em;
  }
  .json-head {
    display: flex;
    gap: calc(4 * var(--_space));
    align-items: center;
    justify-content: space-between;
    padding-block-end: calc(2 * var(--_space));
  }
  h4 {
    color: var(--_muted);
    font-size: 0.9em;
  }
  pre {
    overflow: auto;
    max-block-size: 26em;
    padding: calc(3 * var(--_space)) calc(4 * var(--_space));
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
    background: var(--_surface);
    font-size: 0.8125em;
    line-height: 1.6;
    white-space: pre-wrap;
    tab-size: 2;
  }
  pre .key {
    color: var(--_accent);
  }
  pre .string {
    color: var(--_good);
  }
  pre .number,
  pre .word {
    color: var(--_warn);
  }
  pre .rest {
    color: var(--_muted);
  }
  .more,
  .grow {
    display: grid;
    justify-items: center;
    padding: calc(3 * var(--_space));
    border-block-start: 1px solid var(--_line);
  }
  @container feed (min-width: 720px) {
    summary {
      grid-template-columns: auto 13em minmax(0, 1fr) auto;
      grid-template-areas: 'chevron time line status' '. . why why';
      padding-inline: calc(4 * var(--_space)) calc(5 * var(--_space));
    }
    .inside {
      padding-inline: calc(4 * var(--_space) + 1.1em + 2.5 * var(--_space)) calc(5 * var(--_space));
    }
    li[data-key] {
      contain-intrinsic-size: auto 2.75em;
    }
  }
  @media (forced-colors: active) {
    .status {
      border: 1px solid CanvasText;
    }
    pre span {
      color: CanvasText;
    }
  }
`;
