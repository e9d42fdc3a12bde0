import { css } from 'lit';

export const documentStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(4 * var(--_space));
    justify-items: start;
  }
  .tools {
    inline-size: 100%;
    max-inline-size: 42em;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: start;
    justify-content: end;
    gap: calc(2 * var(--_space));
  }
  .outline {
    flex: 1 1 12em;
  }
  .outline summary {
    inline-size: fit-content;
    min-block-size: 44px;
    align-content: center;
    font-weight: 500;
    cursor: pointer;
  }
  .outline ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .outline li + li {
    margin: 0;
  }
  .outline .level-2 {
    padding-inline-start: calc(4 * var(--_space));
  }
  .outline .level-3 {
    padding-inline-start: calc(8 * var(--_space));
  }
  .outline button {
    justify-content: start;
    text-align: start;
    font-weight: 400;
  }
  .again:empty {
    display: none;
  }
  article {
    inline-size: 100%;
    max-inline-size: 42em;
    line-height: 1.75;
    overflow-wrap: break-word;
  }
  article:focus {
    outline: none;
  }
  h1,
  h2,
  h3,
  h4,
  h5,
  h6 {
    margin: 1.6em 0 0.5em;
    font-size: 1em;
    line-height: 1.35;
    font-weight: 650;
    text-wrap: balance;
  }
  /* As large as they are in the text, whatever their level on the page. */
  .h1 {
    font-size: 1.5em;
  }
  .h2 {
    font-size: 1.25em;
  }
  .h3 {
    font-size: 1.1em;
  }
  article > :first-child {
    margin-block-start: 0;
  }
  p,
  ul,
  ol,
  blockquote,
  pre,
  .table {
    margin: 0 0 1em;
  }
  ul,
  ol {
    padding-inline-start: 1.5em;
  }
  li + li {
    margin-block-start: 0.25em;
  }
  img {
    max-inline-size: 100%;
    block-size: auto;
    border-radius: var(--_radius-s);
  }
  /* Slanted Han characters are no emphasis but a distortion. */
  em:lang(zh, ja) {
    font-style: normal;
    font-weight: 600;
  }
  blockquote {
    padding-inline-start: 1em;
    border-inline-start: 3px solid var(--_accent);
    color: var(--_muted);
  }
  code {
    padding: 0.1em 0.3em;
    border-radius: 4px;
    background: var(--_sunken);
    font: 0.9em ui-monospace, Menlo, Consolas, monospace;
  }
  pre {
    padding: 1em;
    border-radius: var(--_radius-s);
    background: var(--_sunken);
    overflow: auto;
  }
  pre code {
    padding: 0;
    background: none;
  }
  hr {
    margin: 2em 0;
    border: 0;
    border-block-start: 1px solid var(--_line);
  }
  .table {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    font-size: 0.9375em;
  }
  th,
  td {
    padding: 0.5em 0.9em;
    border-block-end: 1px solid var(--_line);
    text-align: start;
    vertical-align: top;
  }
  th {
    border-block-end-color: var(--_edge);
  }
  .reading {
    margin: 0;
    color: var(--_muted);
    font-size: 0.875em;
    font-variant-numeric: tabular-nums;
  }
`;
