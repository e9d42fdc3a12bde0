import { css } from 'lit';

/** The player while it fills the screen, by the browser's means or over the page. */
export const fullscreenStyles = css`
  .frame.full {
    --_unit-height: max(16rem, calc(100dvh - 17rem));
    container: lectern-player / inline-size;
    inline-size: 100%;
    max-inline-size: none;
    block-size: 100%;
    max-block-size: none;
    margin: 0;
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
    border: 0;
    border-radius: 0;
    color: inherit;
    overflow: auto;
    overscroll-behavior: contain;
  }
  .frame.full.fixed {
    position: fixed;
    z-index: 2147483647;
    inset: 0;
  }
  .frame.full .head {
    position: sticky;
    z-index: 1;
    inset-block-start: 0;
    background: var(--_surface);
  }
  /* Without chrome the way back floats: a phone has no Escape. */
  .unfull {
    position: fixed;
    z-index: 1;
    inset-block-end: calc(4 * var(--_space));
    inset-inline-end: calc(4 * var(--_space));
  }
`;
