import type { DownloadProgress } from '@lectern/courseware/remote';
import { html, nothing, type TemplateResult } from 'lit';
import { str, type Localizer } from '../../internal/localize.js';
import type { DownloadView } from './course-files.js';

/** How a download stands, in words and as a bar, with a way to stop it. */
export const downloadView =
  ({ loaded, total }: DownloadProgress): DownloadView =>
  ({ words, level, cancel }): TemplateResult => {
    const { msg } = words;
    const done = megabytes(loaded, words);
    const all = megabytes(total ?? 0, words);
    return html`<div class="download" part="download">
      <div class="heading" role="heading" aria-level=${level}>${msg('Downloading')}</div>
      <progress aria-label=${msg('Downloading')} max=${total ?? nothing} value=${total === undefined ? nothing : loaded}></progress>
      <p>${total === undefined ? msg(str`${done} so far`) : msg(str`${done} of ${all} fetched`)}${total ? html` · ${words.percent(loaded / total)}` : nothing}</p>
      <button type="button" @click=${cancel}>${msg('Cancel')}</button>
    </div>`;
  };

const megabytes = (bytes: number, words: Localizer): string => `${words.number(bytes / 1e6, { maximumFractionDigits: 1, minimumFractionDigits: 1 })} MB`;
