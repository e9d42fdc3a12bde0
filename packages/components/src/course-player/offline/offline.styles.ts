import { css } from 'lit';

/** The line about times without a network, below the course's head. */
export const offlineStyles = css`
  .offline {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_space) calc(3 * var(--_space));
    padding: calc(2 * var(--_space)) calc(4 * var(--_space));
    border-block-end: 1px solid var(--_line);
    font-size: 0.8125em;
    line-height: 1.5;
  }
  .offline-said {
    flex: 1 1 14rem;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .offline-does {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--_space));
    margin-inline: calc(-2 * var(--_space));
  }
  .offline-more {
    flex: 1 0 100%;
    color: var(--_muted);
  }
  .offline details {
    margin: 0;
    font-size: inherit;
    text-align: start;
  }
  .offline summary {
    inline-size: fit-content;
    min-block-size: 0;
    padding-block: var(--_space);
    cursor: pointer;
  }
  .offline ul {
    margin: 0;
    padding-block-end: var(--_space);
    padding-inline-start: calc(5 * var(--_space));
  }
  .offline-unit {
    color: var(--_text);
  }
  .offline-unit::after {
    content: ' ·';
    color: var(--_muted);
  }
  .offline progress {
    flex: 1 0 100%;
    inline-size: 100%;
    accent-color: var(--_accent);
  }
  .offline.failed .offline-said {
    color: var(--_bad);
  }
  .offline.newer .offline-said {
    color: var(--_warn);
  }
  @container lectern-player (inline-size >= 34rem) {
    .offline {
      padding-inline: calc(6 * var(--_space));
    }
  }
`;
