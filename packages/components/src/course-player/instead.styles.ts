import { css } from 'lit';
import { picture } from './units/video.styles.js';

/** What stands in place of a unit: grey shapes, the page's own video. */
export const insteadStyles = css`
  ::slotted(video) {
    ${picture}
  }
  .skeleton {
    display: grid;
    gap: calc(3 * var(--_space));
  }
  .bone {
    block-size: 1.25em;
    inline-size: 40%;
    border-radius: var(--_radius-s);
    background: var(--_sunken);
    animation: breathe 1.6s ease-in-out infinite alternate;
  }
  .bone.wide {
    block-size: auto;
    inline-size: 100%;
    aspect-ratio: 16 / 9;
    max-block-size: min(75vh, 44rem);
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
  @media (forced-colors: active) {
    .bone {
      border: 1px solid GrayText;
    }
  }
`;
