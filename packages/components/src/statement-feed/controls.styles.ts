import { css } from 'lit';

/** The filters, and the export. */
export const controls = css`
  .panel {
    display: none;
    border-block-start: 1px solid var(--_line);
    background: var(--_sunken);
  }
  .panel.open {
    display: block;
  }
  .filters {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.25em), 1fr));
    gap: calc(3 * var(--_space));
    padding: calc(3 * var(--_space)) calc(4 * var(--_space));
  }
  label > span {
    display: block;
    color: var(--_muted);
    font-size: 0.85em;
  }
  input:not([type='radio']),
  select {
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: 44px;
    margin: 0;
    padding: calc(1.5 * var(--_space)) calc(2.5 * var(--_space));
    border: 1px solid var(--_edge);
    border-radius: var(--_radius-s);
    background: var(--_surface);
    color: inherit;
    font: inherit;
    line-height: 1.3;
    text-align: start;
    appearance: auto;
  }
  input[type='search'] {
    appearance: textfield;
  }
  input::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  .filtered {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--_space)) calc(4 * var(--_space));
    align-items: center;
    padding: 0 calc(4 * var(--_space)) calc(3 * var(--_space));
    background: var(--_sunken);
    font-size: 0.875em;
  }
  header + .panel:not(.open) + .filtered {
    padding-block-start: calc(3 * var(--_space));
    border-block-start: 1px solid var(--_line);
  }
  .filtered p {
    flex: 1 1 16em;
  }
  .filtered .warn {
    color: var(--_warn);
  }
  .export {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--_space)) calc(3 * var(--_space));
    align-items: center;
    padding: calc(3 * var(--_space)) calc(4 * var(--_space));
    border-block-start: 1px solid var(--_line);
    background: var(--_sunken);
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0 calc(4 * var(--_space));
    margin-inline-end: auto;
  }
  .choice {
    display: inline-flex;
    gap: calc(2 * var(--_space));
    align-items: center;
    min-block-size: 44px;
  }
  input[type='radio'] {
    inline-size: 1.15em;
    block-size: 1.15em;
    margin: 0;
    accent-color: var(--_accent);
  }
  .outcome:empty {
    display: none;
  }
  .outcome {
    flex: 1 1 100%;
    font-size: 0.9em;
  }
  .progress {
    display: flex;
    gap: calc(2.5 * var(--_space));
    align-items: center;
    flex: 1 1 auto;
    font-variant-numeric: tabular-nums;
  }
  @container feed (min-width: 720px) {
    .opener {
      display: none;
    }
    .panel {
      display: block;
    }
    header + .panel:not(.open) + .filtered {
      padding-block-start: 0;
      border: 0;
    }
  }
`;
