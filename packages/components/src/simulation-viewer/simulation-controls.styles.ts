import { css } from 'lit';

/** Notes, and the controls of a step. */
export const controls = css`
  .note {
    display: flex;
    gap: calc(2.5 * var(--_space));
    align-items: start;
    inline-size: 100%;
    padding: calc(3 * var(--_space)) calc(3.5 * var(--_space));
    border-radius: var(--_radius-s);
    background: var(--_tint);
  }
  .note svg {
    margin-block-start: 0.15em;
    color: var(--_accent);
  }
  .note.good {
    background: var(--_good-tint);
  }
  .note.good svg {
    color: var(--_good);
  }
  .note.bad {
    background: var(--_bad-tint);
  }
  .note.bad svg {
    color: var(--_bad);
  }
  .note.warn {
    flex-wrap: wrap;
    background: var(--_warn-tint);
  }
  .more {
    margin-block-start: var(--_space);
    color: var(--_muted);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--_space));
  }
  .options {
    display: grid;
    gap: calc(2 * var(--_space));
    inline-size: 100%;
  }
  .option {
    justify-content: start;
    text-align: start;
    font-weight: 400;
  }
  .dial {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: calc(2 * var(--_space));
    align-items: baseline;
    inline-size: 100%;
    padding: calc(4 * var(--_space));
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
  }
  .dial output {
    font-size: 1.4em;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .dial small {
    display: inline;
    font-size: 0.6em;
    font-weight: 400;
    color: var(--_muted);
  }
  .slider {
    grid-column: 1 / -1;
    display: flex;
    gap: calc(2 * var(--_space));
    align-items: center;
  }
  .slider input {
    flex: 1;
    min-inline-size: 0;
    min-block-size: 44px;
    margin: 0;
    accent-color: var(--_accent);
  }
  .dial .primary {
    grid-column: 1 / -1;
  }
`;
