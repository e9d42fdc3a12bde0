import { html, nothing, render } from 'lit';
import type { Localizer } from '../../../internal/localize.js';

/** Asks for a document's password. It goes to pdf.js and nowhere else. */
export function askPassword(place: HTMLElement, words: Localizer, wrong: boolean, signal: AbortSignal): Promise<string | undefined> {
  const { msg } = words;
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    const submit = (event: Event): void => {
      event.preventDefault();
      const input = place.querySelector('input')!;
      const { value } = input;
      if (value === '') return input.focus();
      render(nothing, place);
      resolve(value);
    };
    render(
      html`<form class="ask" @submit=${submit}>
        <p>${msg('This document is locked. Enter the password that you were given for it.')}</p>
        <label>${msg('Password')}<input type="password" autocomplete="off" aria-invalid=${wrong ? 'true' : 'false'} /></label>
        ${wrong ? html`<p class="wrong" role="alert">${msg('That is not the password.')}</p>` : nothing}
        <button type="submit" class="primary">${msg('Open')}</button>
      </form>`,
      place,
    );
    place.querySelector('input')?.focus();
  });
}
