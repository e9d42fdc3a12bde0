import { css } from 'lit';

/** What stands in place of a unit that is not there: an error, a download, a farewell. */
export const problemStyles = css`
  .problem,
  .download,
  .left {
    display: grid;
    justify-items: start;
    gap: calc(3 * var(--_space));
    max-inline-size: 42em;
    padding: calc(6 * var(--_space)) calc(2 * var(--_space));
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--_space));
  }
  .problem > svg {
    inline-size: 2em;
    block-size: 2em;
    color: var(--_bad);
  }
  .download progress {
    inline-size: 100%;
    accent-color: var(--_accent);
  }
  .download p {
    margin: 0;
    font-variant-numeric: tabular-nums;
  }
  details {
    inline-size: 100%;
    font-size: 0.875em;
  }
  summary {
    min-block-size: 44px;
    align-content: center;
    color: var(--_muted);
    cursor: pointer;
  }
  dl {
    display: grid;
    gap: var(--_space);
    margin: 0;
    padding: calc(3 * var(--_space));
    border-radius: var(--_radius-s);
    background: var(--_sunken);
    font-family: ui-monospace, Menlo, Consolas, monospace;
  }
  dl div {
    display: grid;
    grid-template-columns: 5em 1fr;
  }
  dt {
    color: var(--_muted);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
`;
