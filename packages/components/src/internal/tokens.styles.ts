import { css } from 'lit';

/**
 * Design tokens. A page sets `--lectern-*` anywhere above an element; the elements read the private `--_*`.
 * They are two names because a value declared on `:host` would beat the one that the page's `:root` hands down.
 *
 * Light or dark follows the `color-scheme` in force where the element stands, so a page that is light stays light around us.
 * The hues are those of Chinese mineral pigments: azurite, malachite, ochre, cinnabar. Text reaches 4.5:1 on every surface, edges 3:1.
 */
export const tokens = css`
  :host {
    --_surface: var(--lectern-color-surface, #fff);
    --_sunken: var(--lectern-color-sunken, #f5f6f4);
    --_text: var(--lectern-color-text, #1d2327);
    --_muted: var(--lectern-color-text-muted, #59636b);
    --_line: var(--lectern-color-line, #dfe3e3);
    --_edge: var(--lectern-color-edge, #838d93);
    --_accent: var(--lectern-color-accent, #15618c);
    --_on-accent: var(--lectern-color-on-accent, #fff);
    --_tint: var(--lectern-color-accent-tint, #e6f0f5);
    --_good: var(--lectern-color-success, #22724a);
    --_good-tint: var(--lectern-color-success-tint, #e5f2ea);
    --_warn: var(--lectern-color-warning, #855800);
    --_warn-tint: var(--lectern-color-warning-tint, #fbf1dc);
    --_bad: var(--lectern-color-danger, #b03427);
    --_bad-tint: var(--lectern-color-danger-tint, #fbeae7);
    --_font: var(
      --lectern-font-family,
      system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'PingFang SC',
      'Hiragino Sans GB',
      'Microsoft YaHei',
      'Noto Sans CJK SC',
      'Noto Sans SC',
      sans-serif
    );
    /* "medium" is the reader's own size, whatever the page has done to its root element. */
    --_size: var(--lectern-font-size, medium);
    --_radius: var(--lectern-radius, 12px);
    --_radius-s: calc(var(--_radius) / 2);
    --_space: var(--lectern-space, 4px);
    --_focus: var(--lectern-color-focus, var(--_accent));
  }
  @supports (color: light-dark(#000, #fff)) {
    :host {
      --_surface: var(--lectern-color-surface, light-dark(#fff, #171c20));
      --_sunken: var(--lectern-color-sunken, light-dark(#f5f6f4, #1f262b));
      --_text: var(--lectern-color-text, light-dark(#1d2327, #e7ebec));
      --_muted: var(--lectern-color-text-muted, light-dark(#59636b, #a4afb6));
      --_line: var(--lectern-color-line, light-dark(#dfe3e3, #333c42));
      --_edge: var(--lectern-color-edge, light-dark(#838d93, #77838b));
      --_accent: var(--lectern-color-accent, light-dark(#15618c, #7cc0e4));
      --_on-accent: var(--lectern-color-on-accent, light-dark(#fff, #08202e));
      --_tint: var(--lectern-color-accent-tint, light-dark(#e6f0f5, #1b333f));
      --_good: var(--lectern-color-success, light-dark(#22724a, #78c99a));
      --_good-tint: var(--lectern-color-success-tint, light-dark(#e5f2ea, #1a3527));
      --_warn: var(--lectern-color-warning, light-dark(#855800, #e5b964));
      --_warn-tint: var(--lectern-color-warning-tint, light-dark(#fbf1dc, #392d14));
      --_bad: var(--lectern-color-danger, light-dark(#b03427, #f29a8c));
      --_bad-tint: var(--lectern-color-danger-tint, light-dark(#fbeae7, #422320));
    }
  }
`;
