import { css } from 'lit';

export const styles = css`
  :host {
    --_conferred: var(--lectern-credit-conferred, var(--_accent));
    --_earned: var(--lectern-credit-earned, var(--_good));
  }
  .tracker {
    container: tracker / inline-size;
    display: grid;
    gap: calc(5 * var(--_space));
    padding: calc(6 * var(--_space));
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  h3,
  h4,
  p,
  dl,
  dd,
  ul {
    margin: 0;
    padding: 0;
    overflow-wrap: anywhere;
  }
  ul {
    list-style: none;
  }
  h3 {
    font-size: 1.15em;
    line-height: 1.35;
    text-wrap: balance;
  }
  h4 {
    font-size: 0.9em;
    color: var(--_muted);
  }
  small {
    display: block;
    color: var(--_muted);
    font-size: 0.85em;
    font-weight: 400;
    line-height: 1.45;
  }
  .muted {
    color: var(--_muted);
  }
  header .muted,
  .small {
    font-size: 0.85em;
  }
  header {
    display: flex;
    gap: calc(4 * var(--_space));
    justify-content: space-between;
    align-items: start;
  }
  button.icon {
    min-inline-size: 44px;
    padding: 0;
    margin: calc(-2 * var(--_space));
  }
  .busy svg {
    animation: turn 1s linear infinite;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  .stale,
  .note {
    display: flex;
    gap: calc(2.5 * var(--_space));
    padding: calc(3 * var(--_space)) calc(3.5 * var(--_space));
    border-radius: var(--_radius-s);
    background: var(--_sunken);
    font-size: 0.9em;
  }
  .stale {
    background: var(--_warn-tint);
  }
  .note.seal {
    background: var(--_tint);
  }
  .note.seal svg {
    color: var(--_conferred);
  }
  .note.bad {
    background: var(--_bad-tint);
  }
  .eyebrow {
    margin-block-end: calc(-3 * var(--_space));
  }
  .scheme {
    display: grid;
    gap: calc(5 * var(--_space));
  }
  .scheme + .scheme {
    padding-block-start: calc(5 * var(--_space));
    border-block-start: 1px solid var(--_line);
  }
  .summary {
    display: grid;
    gap: calc(6 * var(--_space));
    align-items: center;
  }
  .ring {
    inline-size: min(100%, 12.5em);
    block-size: auto;
    justify-self: center;
    stroke-linecap: butt;
  }
  .ring circle {
    fill: none;
  }
  .track {
    stroke: var(--_line);
  }
  .arc {
    transform: rotate(-90deg);
    transform-origin: 50% 50%;
    transition: stroke-dasharray 0.6s ease, stroke-dashoffset 0.6s ease;
  }
  .arc.conferred {
    stroke: var(--_conferred);
  }
  .arc.pending {
    stroke: var(--_edge);
    stroke-opacity: 0.55;
  }
  .hatch-ground {
    fill: var(--_good-tint);
    stroke: none;
  }
  .hatch-line {
    fill: var(--_earned);
    stroke: none;
  }
  text {
    fill: var(--_text);
    stroke: none;
    text-anchor: middle;
    font-family: inherit;
  }
  .big {
    font-size: 46px;
    font-weight: 650;
    letter-spacing: -0.02em;
    font-variant-numeric: tabular-nums;
  }
  .under {
    fill: var(--_muted);
    font-size: 15px;
  }
  .shares {
    display: grid;
  }
  .share {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: calc(4 * var(--_space));
    align-items: baseline;
    padding-block: calc(2.5 * var(--_space));
    border-block-end: 1px solid var(--_line);
  }
  .share:last-child {
    border: 0;
  }
  .share dt {
    position: relative;
    padding-inline-start: calc(6 * var(--_space));
    font-weight: 500;
  }
  .share dd {
    font-size: 1.4em;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .key {
    position: absolute;
    inset-inline-start: 0;
    inset-block-start: 0.42em;
    inline-size: 0.8em;
    block-size: 0.8em;
    border-radius: 3px;
    background: var(--_line);
  }
  .conferred .key {
    background: var(--_conferred);
  }
  .earned .key {
    background: repeating-linear-gradient(135deg, var(--_earned) 0 2px, var(--_good-tint) 2px 4px);
  }
  .pending .key {
    background: var(--_edge);
    opacity: 0.55;
  }
  .waiting {
    display: grid;
    place-items: center;
    min-block-size: 12em;
    text-align: center;
  }
  .fault {
    display: flex;
    gap: calc(3 * var(--_space));
  }
  .fault > svg {
    margin-block-start: 0.2em;
    color: var(--_bad);
  }
  .fault button {
    margin-block-start: calc(4 * var(--_space));
  }
  @container tracker (min-width: 560px) {
    .summary {
      grid-template-columns: 12.5em 1fr;
      gap: calc(10 * var(--_space));
    }
  }
  @media (forced-colors: active) {
    .track {
      stroke: GrayText;
    }
    .arc,
    .key,
    .meter {
      forced-color-adjust: none;
    }
  }
`;
