import { css } from 'lit';

/** How a picture stands on the stage. */
export const picture = css`
  display: block;
  inline-size: 100%;
  aspect-ratio: 16 / 9;
  max-block-size: var(--_unit-height, min(75vh, 44rem));
  border-radius: var(--_radius-s);
  background: #0b0e10;
`;

export const videoStyles = css`
  video {
    ${picture}
  }
  audio {
    display: block;
    inline-size: 100%;
  }
  .cover {
    display: block;
    max-inline-size: min(100%, 20rem);
    margin-block-end: calc(2 * var(--_space));
    border-radius: var(--_radius-s);
  }
  .lacking {
    margin: calc(2 * var(--_space)) 0 0;
    color: var(--_muted);
    font-size: 0.875em;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(2 * var(--_space)) calc(3 * var(--_space));
    padding-block-start: calc(2 * var(--_space));
    font-size: 0.875em;
  }
  .watched {
    display: grid;
    flex: 1 1 9em;
    gap: var(--_space);
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .strip {
    inline-size: 100%;
    block-size: 8px;
    border-radius: 4px;
    overflow: hidden;
    stroke: none;
    direction: ltr;
  }
  .whole {
    fill: var(--_line);
  }
  .seen {
    fill: var(--_accent);
  }
  .chapter {
    fill: var(--_surface);
  }
  .now {
    fill: var(--_text);
  }
  .chapters[open] {
    flex-basis: 100%;
  }
  summary {
    inline-size: fit-content;
    min-block-size: 44px;
    padding: 0 calc(2 * var(--_space));
    align-content: center;
    font-weight: 500;
    cursor: pointer;
  }
  .back {
    padding-inline: calc(3 * var(--_space));
  }
  ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  ol button {
    justify-content: start;
    inline-size: 100%;
    text-align: start;
    font-weight: 400;
  }
  ol [aria-current] {
    background: var(--_tint);
    font-weight: 600;
  }
  .time {
    min-inline-size: 3.5em;
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  @media (forced-colors: active) {
    .strip {
      forced-color-adjust: none;
    }
    .whole {
      fill: GrayText;
    }
    .seen {
      fill: Highlight;
    }
    .now {
      fill: CanvasText;
    }
  }
`;
