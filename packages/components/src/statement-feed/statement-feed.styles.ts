import { css } from 'lit';

export const styles = css`
  .feed {
    container: feed / inline-size;
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    overflow: clip;
  }
  h4,
  p,
  dl,
  dd,
  ol,
  ul,
  pre {
    margin: 0;
    padding: 0;
    overflow-wrap: anywhere;
  }
  ol,
  ul {
    list-style: none;
  }
  .muted {
    color: var(--_muted);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 calc(4 * var(--_space));
    padding: calc(2 * var(--_space)) calc(2 * var(--_space)) calc(2 * var(--_space)) calc(4 * var(--_space));
  }
  :host(:dir(rtl)) header {
    padding: calc(2 * var(--_space)) calc(4 * var(--_space)) calc(2 * var(--_space)) calc(2 * var(--_space));
  }
  .count {
    flex: 1 1 9em;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    margin-inline-start: calc(-2 * var(--_space));
  }
  .tools button {
    padding-inline: calc(2.5 * var(--_space));
    font-size: 0.9375em;
  }
  .tools button.icon {
    min-inline-size: 44px;
    padding: 0;
  }
  .tools [aria-pressed='true'],
  .tools [aria-expanded='true'] {
    background: var(--_tint);
    color: var(--_accent);
  }
  .busy svg,
  .spinner {
    animation: turn 1s linear infinite;
  }
  .spinner {
    flex: none;
    inline-size: 1em;
    block-size: 1em;
    border: 2px solid var(--_line);
    border-block-start-color: currentColor;
    border-radius: 50%;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  .waiting {
    display: grid;
    gap: calc(4 * var(--_space));
    place-content: center;
    justify-items: center;
    min-block-size: 10em;
    padding: calc(6 * var(--_space)) calc(4 * var(--_space));
    border-block-start: 1px solid var(--_line);
    text-align: center;
  }
  .fault,
  .note {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--_space)) calc(3 * var(--_space));
    padding: calc(3 * var(--_space)) calc(4 * var(--_space));
    background: var(--_bad-tint);
  }
  .fault > svg,
  .note > svg {
    margin-block-start: 0.2em;
    color: var(--_bad);
  }
  .fault > div,
  .note > :last-child {
    flex: 1 1 14em;
    min-inline-size: 0;
  }
  .fault b {
    font-weight: 500;
  }
  .small {
    font-size: 0.85em;
  }
  small {
    display: block;
    color: var(--_muted);
    font-size: 0.85em;
    line-height: 1.45;
  }
  code,
  pre {
    font-family: ui-monospace, 'SF Mono', Consolas, monospace;
    font-size: 0.925em;
  }
  .foot {
    padding: calc(2 * var(--_space)) calc(4 * var(--_space));
    border-block-start: 1px solid var(--_line);
    font-size: 0.85em;
  }
  @container feed (max-width: 479px) {
    .tools .plain:not(.opener, [part='export-button']) span {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
    .tools button {
      min-inline-size: 44px;
    }
  }
  @media (forced-colors: active) {
    .tools [aria-pressed='true'],
    .tools [aria-expanded='true'] {
      border-color: Highlight;
      outline: 1px solid Highlight;
    }
  }
`;
