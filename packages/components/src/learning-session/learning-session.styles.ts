import { css } from 'lit';

export const styles = css`
  .error {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(2 * var(--_space)) calc(4 * var(--_space));
    margin-block-end: calc(4 * var(--_space));
    padding: calc(3 * var(--_space)) calc(4 * var(--_space));
    border: 1px solid var(--_bad);
    border-radius: var(--_radius);
    background: var(--_bad-tint);
    font-size: 0.9375em;
  }
  .error svg {
    color: var(--_bad);
  }
  .error p {
    flex: 1 1 16em;
    margin: 0;
  }
  .notice {
    align-items: start;
    border-color: var(--_line);
    background: var(--_surface);
  }
  .notice svg {
    color: var(--_muted);
  }
  .notice > div {
    flex: 1 1 16em;
  }
  .notice ul {
    margin-block: calc(2 * var(--_space)) 0;
    padding-inline-start: calc(4 * var(--_space));
    color: var(--_muted);
  }
  small {
    display: block;
    color: var(--_muted);
    font-size: 0.875em;
    overflow-wrap: anywhere;
  }
`;
