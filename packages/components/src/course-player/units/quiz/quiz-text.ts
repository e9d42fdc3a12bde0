import { pickText, type QuizMedia, type Text } from '@lectern/core';
import { html, nothing } from 'lit';

export interface QuizTexts {
  /** Content: as it is written, or as nodes made of its Markdown. The same text in the same place gives the same nodes. */
  rich(place: string, text: Text | undefined): unknown;
  /** In one line, for what holds text alone: options, accessible names. */
  plain(place: string, text: Text | undefined): string;
  media(media: QuizMedia | undefined): unknown;
}

/** @param markup makes nodes of Markdown; absent: texts are plain, and their line breaks are kept */
export function createQuizTexts(languages: readonly string[], base: string, markup: ((text: string, base: string) => HTMLElement) | undefined): QuizTexts {
  const made = new Map<string, HTMLElement>();
  const nodes = (place: string, text: string): HTMLElement => {
    const key = `${place}\n${text}`;
    let element = made.get(key);
    if (!element) made.set(key, (element = markup!(text, base)));
    return element;
  };
  return {
    rich(place, text) {
      const picked = pickText(text, languages);
      if (picked === '') return nothing;
      return markup ? nodes(place, picked) : html`<span class="text" dir="auto">${picked}</span>`;
    },
    plain(place, text) {
      const picked = pickText(text, languages);
      return (markup ? (nodes(`${place} plain`, picked).textContent ?? '') : picked).replace(/\s+/g, ' ').trim();
    },
    media(media) {
      if (!media) return nothing;
      const src = new URL(media.src, base).href;
      const alt = pickText(media.alt, languages);
      switch (media.type) {
        case 'image':
          return html`<img class="media" src=${src} alt=${alt} loading="lazy" decoding="async" />`;
        case 'audio':
          return html`<audio class="media" src=${src} controls preload="none" aria-label=${alt}></audio>`;
        case 'video':
          return html`<video class="media" src=${src} controls preload="metadata" aria-label=${alt}></video>`;
      }
    },
  };
}
