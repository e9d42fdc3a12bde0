import { css } from 'lit';

export const styles = css`
  :host {
    --_stage: var(--lectern-simulation-stage, linear-gradient(#eef1f0, #d9dfdf));
  }
  @supports (color: light-dark(#000, #fff)) {
    :host {
      --_stage: var(--lectern-simulation-stage, linear-gradient(light-dark(#f1f4f3, #2a333a), light-dark(#d8dfe0, #182025)));
    }
  }
  .viewer {
    container: viewer / inline-size;
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  p,
  dl,
  dd,
  ol {
    margin: 0;
    padding: 0;
  }
  ol {
    list-style: none;
  }
  .title {
    font-weight: bold;
    font-size: 1.05em;
    line-height: 1.35;
    text-wrap: balance;
  }
  .heading {
    font-weight: bold;
    font-size: 1.25em;
    line-height: 1.3;
    text-wrap: balance;
  }
  p,
  .title,
  .heading,
  td,
  th,
  button {
    overflow-wrap: anywhere;
  }
  .stage {
    position: relative;
    display: grid;
    min-inline-size: 0;
    aspect-ratio: var(--lectern-simulation-ratio, 4 / 3);
    background: var(--_stage);
  }
  model-viewer {
    grid-area: 1 / 1;
    inline-size: 100%;
    block-size: 100%;
    background: none;
    --poster-color: transparent;
    --progress-bar-color: transparent;
    --max-hotspot-opacity: 1;
    --min-hotspot-opacity: 0.2;
  }
  .without {
    align-content: center;
    gap: calc(4 * var(--_space));
    padding: calc(6 * var(--_space));
    aspect-ratio: auto;
    background: var(--_sunken);
  }
  .alt {
    color: var(--_muted);
  }
  .loading {
    z-index: 1;
    grid-area: 1 / 1;
    place-self: center;
    display: grid;
    gap: calc(2 * var(--_space));
    justify-items: center;
    color: var(--_muted);
    font-size: 0.9em;
  }
  progress {
    inline-size: min(14em, 60cqi);
    block-size: 6px;
    border: 0;
    border-radius: 3px;
    overflow: hidden;
    background: var(--_line);
    accent-color: var(--_accent);
  }
  progress::-webkit-progress-bar {
    background: var(--_line);
  }
  progress::-webkit-progress-value {
    background: var(--_accent);
  }
  .tools {
    position: absolute;
    inset-block-end: calc(3 * var(--_space));
    inset-inline-end: calc(3 * var(--_space));
    display: grid;
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
    background: var(--_surface);
  }
  .tools button {
    border: 0;
    border-radius: 0;
  }
  .tools button:focus-visible {
    outline-offset: -3px;
  }
  button.icon {
    min-inline-size: 44px;
    padding: 0;
  }
  .hotspot {
    position: relative;
    min-block-size: 0;
    inline-size: 28px;
    block-size: 28px;
    padding: 0;
    border: 2px solid var(--_surface);
    border-radius: 50%;
    background: var(--_accent);
    color: var(--_on-accent);
    font-size: 12px;
    font-variant-numeric: tabular-nums;
    box-shadow: 0 1px 4px rgb(0 0 0 / 35%);
  }
  /* Before the start the model is only to be looked at. */
  .hotspot[aria-disabled='true'] {
    display: none;
  }
  /* A finger needs more than the eye does. */
  .hotspot::before {
    content: '';
    position: absolute;
    inset: -6px;
    border-radius: 50%;
  }
  .hotspot .name {
    position: absolute;
    inset-block-end: calc(100% + 6px);
    z-index: 1;
    padding: 2px 8px;
    border-radius: var(--_radius-s);
    background: var(--_text);
    color: var(--_surface);
    font-size: 13px;
    white-space: nowrap;
    visibility: hidden;
    pointer-events: none;
  }
  .hotspot:is(:hover, :focus-visible) .name {
    visibility: visible;
  }
  .hotspot:is(:hover, :focus-visible) {
    z-index: 2;
  }
  .panel {
    display: flex;
    flex-direction: column;
    gap: calc(4 * var(--_space));
    min-inline-size: 0;
    padding: calc(5 * var(--_space));
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(1 * var(--_space)) calc(4 * var(--_space));
    margin-block: calc(-2 * var(--_space));
  }
  .figure {
    display: inline-flex;
    align-items: center;
    gap: calc(1.5 * var(--_space));
    color: var(--_muted);
    font-size: 0.9em;
    font-variant-numeric: tabular-nums;
  }
  .figure b {
    color: var(--_text);
    font-size: 1.1em;
  }
  .hurry b {
    color: var(--_bad);
  }
  .ends {
    display: flex;
    margin-inline-start: auto;
  }
  .segments {
    display: flex;
    gap: 3px;
  }
  .segments li {
    flex: 1;
    block-size: 6px;
    border-radius: 3px;
    background: var(--_line);
  }
  .segments .current {
    background: var(--_accent);
  }
  .segments .done {
    background: var(--_good);
  }
  .segments .done.slipped {
    background: var(--_warn);
  }
  .segments .missed {
    background: var(--_bad);
  }
  .step,
  .intro,
  .result {
    display: grid;
    gap: calc(3 * var(--_space));
    justify-items: start;
  }
  .result {
    justify-items: stretch;
  }
  .result > button {
    justify-self: start;
  }
  .eyebrow {
    color: var(--_muted);
    font-size: 0.85em;
  }
  .eyebrow + .heading {
    margin-block-start: calc(-2 * var(--_space));
  }
  .instruction,
  .lead {
    max-inline-size: 60ch;
  }
  .muted {
    color: var(--_muted);
  }
  .small {
    font-size: 0.85em;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: calc(3 * var(--_space)) calc(7 * var(--_space));
    padding-block: calc(2 * var(--_space));
  }
  dt {
    color: var(--_muted);
    font-size: 0.85em;
  }
  dd {
    font-size: 1.25em;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
`;
