import { css } from 'lit';

/** A card with the way out. */
export const linkStyles = css`
  :host {
    display: grid;
    justify-items: start;
    gap: calc(3 * var(--_space));
    padding: calc(5 * var(--_space));
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
    background: var(--_sunken);
  }
  p {
    margin: 0;
    max-inline-size: 42em;
    overflow-wrap: anywhere;
  }
  .where,
  .done {
    display: flex;
    align-items: center;
    gap: calc(2 * var(--_space));
    color: var(--_muted);
  }
  .where bdi {
    font-weight: 600;
  }
  .done {
    color: var(--_good);
  }
  svg {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
  }
  .go {
    display: inline-flex;
    align-items: center;
    min-block-size: 44px;
    padding: calc(2 * var(--_space)) calc(4 * var(--_space));
    border-radius: var(--_radius-s);
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 500;
    text-decoration: none;
  }
`;
