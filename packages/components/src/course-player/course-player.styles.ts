import { css } from 'lit';

export const styles = css`
  :host {
    container: lectern-player / inline-size;
    min-inline-size: min(100%, 18rem);
  }
  .frame {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    overflow: clip;
  }
  :host([chrome='none']) .frame {
    border: 0;
    border-radius: 0;
  }
  :host([chrome='none']) .stage {
    padding: 0;
  }
  p {
    margin: 0;
  }
  .head {
    position: relative;
    display: grid;
    grid-template-columns: 1fr auto;
    align-items: center;
    gap: var(--_space) calc(3 * var(--_space));
    min-block-size: 64px;
    padding: calc(3 * var(--_space)) calc(4 * var(--_space));
  }
  .course-title {
    min-inline-size: 0;
    font-weight: 650;
    line-height: 1.4;
    overflow-wrap: anywhere;
  }
  .delivery {
    display: flex;
    grid-area: 3 / 1 / auto / -1;
    align-items: center;
    gap: calc(1.5 * var(--_space));
    color: var(--_muted);
    font-size: 0.8125em;
    line-height: 1.5;
  }
  .delivery svg {
    inline-size: 1.2em;
    block-size: 1.2em;
  }
  .delivery.good svg,
  .overall.good {
    color: var(--_good);
  }
  .delivery.warn {
    color: var(--_warn);
  }
  .delivery.bad {
    color: var(--_bad);
  }
  button.small {
    flex: none;
    min-block-size: 28px;
    padding: 0 calc(2 * var(--_space));
    text-decoration: underline;
    text-underline-offset: 0.2em;
    white-space: nowrap;
  }
  .overall {
    display: flex;
    flex-wrap: wrap;
    grid-area: 2 / 1 / auto / -1;
    column-gap: calc(2 * var(--_space));
    color: var(--_muted);
    font-size: 0.875em;
    line-height: 1.4;
    font-variant-numeric: tabular-nums;
  }
  .tools {
    display: flex;
    grid-area: 1 / 2;
    margin-inline-end: calc(-2 * var(--_space));
  }
  .tool {
    min-inline-size: 44px;
    padding-inline: calc(2 * var(--_space));
    font-size: 0.875em;
  }
  .leave span {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .track {
    position: absolute;
    inset-inline: 0;
    inset-block-end: 0;
    block-size: 3px;
    background: var(--_line);
  }
  .track svg {
    display: block;
    inline-size: 100%;
    block-size: 3px;
    stroke: none;
    fill: var(--_accent);
  }
  :host(:dir(rtl)) .track svg {
    scale: -1 1;
  }
  .stage {
    display: flow-root;
    min-inline-size: 0;
    padding: calc(4 * var(--_space));
  }
  .unit-head {
    margin-block-end: calc(3 * var(--_space));
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(1.5 * var(--_space));
    color: var(--_muted);
    font-size: 0.8125em;
    line-height: 1.5;
  }
  .facts svg {
    inline-size: 1.15em;
    block-size: 1.15em;
  }
  .verdict {
    padding: 0 calc(2 * var(--_space));
    border-radius: 99px;
    background: var(--_good-tint);
    color: var(--_good);
    font-weight: 600;
  }
  .verdict.failed {
    background: var(--_bad-tint);
    color: var(--_bad);
  }
  .unit-title,
  .heading {
    font-size: 1.3125em;
    font-weight: 650;
    line-height: 1.35;
    letter-spacing: -0.005em;
    overflow-wrap: anywhere;
    text-wrap: balance;
  }
  .description {
    max-inline-size: 42em;
    margin-block-start: var(--_space);
    color: var(--_muted);
  }
  @container lectern-player (inline-size >= 34rem) {
    .head,
    .stage {
      padding-inline: calc(6 * var(--_space));
    }
    .head {
      grid-template-columns: 1fr auto auto;
      row-gap: 0;
    }
    .delivery {
      grid-area: 2 / 1;
    }
    .overall {
      display: grid;
      justify-items: end;
      grid-area: 1 / 2 / span 2;
      white-space: nowrap;
    }
    .rest {
      font-size: 0.9em;
    }
    .tools {
      grid-area: 1 / 3 / span 2;
    }
    .leave span {
      position: static;
      inline-size: auto;
      block-size: auto;
      clip-path: none;
    }
  }
  @container lectern-player (inline-size >= 56rem) {
    .body {
      display: grid;
      grid-template-columns: minmax(0, 1fr) minmax(16rem, 22rem);
    }
    .body > .stage:only-child {
      grid-column: 1 / -1;
    }
  }
  @media (forced-colors: active) {
    .track svg {
      forced-color-adjust: none;
      fill: Highlight;
    }
  }
`;
