import { html, render, type TemplateResult } from 'lit';
import { base } from '../../internal/base.styles.js';
import { createViewRoot } from '../../internal/view-root.js';
import { frameStyles } from './frame.styles.js';

/** The place of foreign content, with a line of words above it and buttons below. */
export interface FramePlace {
  /** The frame is appended here. */
  readonly content: HTMLElement;
  /** Says something, politely; an empty text says nothing any more. */
  say(words: string, tone?: 'plain' | 'warn'): void;
  offer(buttons: TemplateResult | string): void;
}

export function createFramePlace(host: HTMLElement): FramePlace {
  const root = createViewRoot(host, [base, frameStyles]);
  render(html`<p class="says" role="status"></p><div class="content"></div><div class="does"></div>`, root);
  const says = root.querySelector<HTMLElement>('.says')!;
  const does = root.querySelector<HTMLElement>('.does')!;
  return {
    content: root.querySelector<HTMLElement>('.content')!,
    say(words, tone = 'plain') {
      says.classList.toggle('warn', tone === 'warn');
      says.textContent = words;
    },
    offer: (buttons) => render(buttons, does),
  };
}
