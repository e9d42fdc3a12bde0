import { css } from 'lit';

/** Foreign content and the words around it. */
export const frameStyles = css`
  :host {
    display: grid;
    gap: calc(3 * var(--_space));
  }
  .content {
    position: relative;
    block-size: var(--_unit-height, clamp(20rem, 72vh, 56rem));
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
    background: #fff;
    overflow: clip;
  }
  .content:empty {
    display: none;
  }
  iframe {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    border: 0;
    color-scheme: normal;
  }
  p {
    margin: 0;
  }
  .says:empty {
    display: none;
  }
  .says {
    color: var(--_muted);
  }
  .says.warn {
    padding: calc(2 * var(--_space)) calc(3 * var(--_space));
    border-radius: var(--_radius-s);
    background: var(--_warn-tint);
    color: var(--_warn);
  }
  .does {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--_space));
  }
  .objectives {
    display: grid;
    flex-basis: 100%;
    gap: var(--_space);
  }
  .objectives p {
    font-weight: 600;
  }
  .objectives ul {
    margin: 0;
    padding-inline-start: calc(5 * var(--_space));
  }
  .does > p {
    flex-basis: 100%;
  }
  .detail {
    color: var(--_muted);
    overflow-wrap: anywhere;
  }
  .does:empty {
    display: none;
  }
`;
