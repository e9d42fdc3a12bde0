import { css } from 'lit';

/** The way to the neighbouring units. */
export const stepsStyles = css`
  .steps {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: calc(3 * var(--_space));
    margin-block-start: calc(5 * var(--_space));
  }
  .steps button {
    justify-content: start;
    gap: calc(3 * var(--_space));
    min-inline-size: 0;
    min-block-size: 56px;
    text-align: start;
  }
  .steps .next {
    flex-direction: row-reverse;
    justify-content: flex-start;
    text-align: end;
  }
  .step-words {
    display: grid;
    min-inline-size: 0;
  }
  .step-closed {
    display: flex;
    align-items: center;
    justify-content: end;
    gap: calc(3 * var(--_space));
    grid-column: 2;
    min-inline-size: 0;
    color: var(--_muted);
    font-size: 0.875em;
    line-height: 1.4;
  }
  .step-closed .step-title {
    color: var(--_text);
    font-weight: 500;
  }
  .step-label {
    font-size: 0.8125em;
    font-weight: 400;
    opacity: 0.85;
  }
  .step-title {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;
