import { css } from 'lit';

/** One credit, and what it opens onto. */
export const entry = css`
  .entries {
    border-block-start: 1px solid var(--_line);
  }
  .entries:first-child,
  .eyebrow + .entries {
    border: 0;
  }
  .entry:last-child {
    border: 0;
  }
  .entries:empty {
    display: none;
  }
  .entry {
    border-block-end: 1px solid var(--_line);
  }
  summary {
    display: grid;
    grid-template-columns: auto 1fr auto;
    grid-template-areas: 'chevron what amount' '. status status' 'meter meter meter';
    gap: calc(1.5 * var(--_space)) calc(3 * var(--_space));
    align-items: center;
    min-block-size: 44px;
    padding-block: calc(4 * var(--_space));
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  .chevron {
    grid-area: chevron;
    display: grid;
    color: var(--_muted);
  }
  details[open] .chevron svg {
    rotate: 90deg;
  }
  .what {
    grid-area: what;
    overflow-wrap: anywhere;
  }
  .what b {
    font-weight: 600;
  }
  .status {
    grid-area: status;
    justify-self: start;
    display: inline-flex;
    gap: 0.4em;
    align-items: center;
    padding: 0.1em 0.7em;
    border-radius: 1em;
    background: var(--_sunken);
    color: var(--_muted);
    font-size: 0.85em;
  }
  .status svg {
    inline-size: 1.1em;
    block-size: 1.1em;
  }
  .conferred .status {
    background: var(--_tint);
    color: var(--_conferred);
  }
  .earned .status {
    background: var(--_good-tint);
    color: var(--_earned);
  }
  .revoked .status {
    background: var(--_bad-tint);
    color: var(--_bad);
  }
  .amount {
    grid-area: amount;
    text-align: end;
    font-size: 1.25em;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    line-height: 1.2;
  }
  .amount small {
    font-size: 0.65em;
  }
  .meter {
    grid-area: meter;
  }
  .meter svg {
    display: block;
    inline-size: 100%;
    block-size: 3px;
    stroke: none;
    border-radius: 2px;
  }
  .ground {
    fill: var(--_line);
  }
  .value {
    fill: var(--_edge);
  }
  .conferred .value {
    fill: var(--_conferred);
  }
  .earned .value {
    fill: var(--_earned);
  }
  :host(:dir(rtl)) .meter svg {
    scale: -1 1;
  }
  .inside {
    display: grid;
    gap: calc(4 * var(--_space));
    padding-block: calc(2 * var(--_space)) calc(6 * var(--_space));
  }
  .facts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 10em), 1fr));
    gap: calc(3 * var(--_space)) calc(6 * var(--_space));
    font-size: 0.95em;
  }
  .facts dt {
    color: var(--_muted);
    font-size: 0.85em;
  }
  .facts small {
    display: inline;
    margin-inline-start: 0.3em;
  }
  .requirements {
    display: grid;
    gap: calc(4 * var(--_space));
  }
  .requirement {
    display: flex;
    gap: calc(2.5 * var(--_space));
  }
  .tick {
    display: grid;
    align-self: start;
    margin-block-start: 0.15em;
    color: var(--_muted);
  }
  .met .tick {
    color: var(--_good);
  }
  .evidence,
  .none {
    margin-inline-start: calc(1.25em + 2.5 * var(--_space));
    font-size: 0.9em;
  }
  .none {
    color: var(--_muted);
  }
  .evidence li {
    display: flex;
    flex-wrap: wrap;
    gap: 0 calc(3 * var(--_space));
    margin-block-start: calc(2 * var(--_space));
    padding: calc(2 * var(--_space)) calc(3 * var(--_space));
    border-radius: var(--_radius-s);
    background: var(--_sunken);
    overflow-wrap: anywhere;
  }
  .id {
    flex-basis: 100%;
    color: var(--_muted);
    font-size: 0.9em;
  }
  code {
    font-family: ui-monospace, 'SF Mono', Consolas, monospace;
    font-size: 0.95em;
    user-select: all;
  }
  @container tracker (min-width: 560px) {
    summary {
      grid-template-columns: auto 1fr auto 5em;
      grid-template-areas: 'chevron what status amount' 'meter meter meter meter';
    }
  }
`;
