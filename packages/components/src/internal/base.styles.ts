import { css } from 'lit';

/** What every element starts from: type, focus, buttons, and words for screen readers only. */
export const base = css`
  :host {
    display: block;
    color: var(--_text);
    font: 400 var(--_size) / 1.6 var(--_font);
    letter-spacing: normal;
    text-align: start;
    text-transform: none;
    word-spacing: normal;
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
    border-radius: var(--_radius-s);
  }
  :focus:not(:focus-visible) {
    outline: none;
  }
  a {
    color: var(--_accent);
    text-underline-offset: 0.2em;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: calc(2 * var(--_space));
    min-block-size: 44px;
    margin: 0;
    padding: calc(2 * var(--_space)) calc(4 * var(--_space));
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
    background: var(--_surface);
    color: inherit;
    font: inherit;
    font-weight: 500;
    line-height: 1.3;
    cursor: pointer;
    touch-action: manipulation;
  }
  button:hover:not(:disabled, [aria-disabled='true']) {
    border-color: var(--_edge);
  }
  button.primary {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
  }
  button.plain {
    border-color: transparent;
    background: none;
  }
  button:disabled,
  button[aria-disabled='true'] {
    opacity: 0.5;
    cursor: default;
  }
  svg {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  /* Words run by their own direction also in a page that runs the other way, or "6 of 10." would begin with its full stop. They
     keep to the page's side; what has a direction of its own, like a document, keeps to its own. */
  :host(:dir(rtl)) {
    text-align: right;
  }
  :host(:dir(rtl)) :is(p, h1, h2, h3, h4, h5, h6, dt, dd, small, output) {
    unicode-bidi: plaintext;
  }
  :host(:dir(rtl)) [dir] {
    text-align: start;
  }
  /* Pictures that point along the text turn with it; those of media transport never carry this class. */
  :host(:dir(rtl)) .turns {
    scale: -1 1;
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (forced-colors: active) {
    button,
    button.primary,
    button.plain {
      border-color: ButtonBorder;
    }
    button:disabled {
      border-color: GrayText;
      color: GrayText;
      opacity: 1;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
`;
