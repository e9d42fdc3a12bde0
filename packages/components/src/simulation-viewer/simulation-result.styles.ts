import { css } from 'lit';

/** The list of parts, the result, faults, and how it all is laid out. */
export const layout = css`
  .parts {
    display: grid;
    gap: calc(3 * var(--_space));
    padding: calc(5 * var(--_space));
    border-block-start: 1px solid var(--_line);
  }
  #parts {
    font-weight: bold;
    font-size: 0.9em;
    color: var(--_muted);
  }
  .parts ol {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--_space));
  }
  .parts li {
    min-inline-size: 0;
  }
  .parts button {
    justify-content: start;
    padding-inline: calc(2 * var(--_space)) calc(3.5 * var(--_space));
    border-radius: 22px;
    font-weight: 400;
    text-align: start;
  }
  .parts .number {
    flex: none;
    display: grid;
    place-items: center;
    min-inline-size: 26px;
    block-size: 26px;
    border-radius: 13px;
    background: var(--_tint);
    color: var(--_accent);
    font-size: 0.8em;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .alone ol {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 17em), 1fr));
  }
  .alone button {
    inline-size: 100%;
    block-size: 100%;
    border-radius: var(--_radius-s);
  }
  small {
    display: block;
    color: var(--_muted);
    font-size: 0.85em;
  }
  .verdict {
    display: flex;
    gap: calc(4 * var(--_space));
    align-items: center;
  }
  .mark {
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 52px;
    block-size: 52px;
    border-radius: 50%;
    font-size: 1.4em;
  }
  .good .mark {
    background: var(--_good-tint);
    color: var(--_good);
  }
  .bad .mark {
    background: var(--_bad-tint);
    color: var(--_bad);
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 0.9em;
  }
  thead th {
    color: var(--_muted);
    font-weight: 400;
  }
  th,
  td {
    padding: calc(1.5 * var(--_space)) 0;
    border-block-end: 1px solid var(--_line);
    text-align: start;
    vertical-align: baseline;
  }
  tbody th {
    font-weight: 400;
  }
  table .number {
    padding-inline-start: calc(3 * var(--_space));
    text-align: end;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .tag {
    display: inline-block;
    margin-inline-start: var(--_space);
    padding-inline: 0.5em;
    border-radius: 1em;
    background: var(--_warn-tint);
    color: var(--_warn);
    font-size: 0.85em;
  }
  .missed th {
    color: var(--_muted);
  }
  .fault {
    display: flex;
    gap: calc(3 * var(--_space));
    padding: calc(6 * var(--_space));
  }
  .fault > svg {
    color: var(--_bad);
    margin-block-start: 0.2em;
  }
  .fault button {
    margin-block-start: calc(4 * var(--_space));
  }
  code {
    font-family: ui-monospace, 'SF Mono', Consolas, monospace;
    font-size: 0.95em;
  }
  @container viewer (min-width: 760px) {
    .columns {
      display: grid;
      grid-template-columns: minmax(0, 3fr) minmax(20em, 2fr);
      block-size: var(--lectern-simulation-height, 36em);
    }
    .stage {
      aspect-ratio: auto;
    }
    .panel {
      overflow-y: auto;
      border-inline-start: 1px solid var(--_line);
    }
  }
  @media (forced-colors: active) {
    .segments li {
      border: 1px solid CanvasText;
    }
    .segments .done {
      background: Highlight;
      forced-color-adjust: none;
    }
    .hotspot {
      border-color: CanvasText;
    }
  }
`;
