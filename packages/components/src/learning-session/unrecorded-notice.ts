import type { PluginTrial } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../internal/icons.js';
import type { Localizer } from '../internal/localize.js';

/** Says that nothing is recorded, and to those who look after the page why: they are the ones who can do something about it. */
export function renderUnrecorded({ msg, locale }: Localizer, trials: readonly PluginTrial[]): TemplateResult {
  return html`<div class="error notice" part="notice" role="status" lang=${locale}>
    ${icon('unrecorded')}
    <div>
      <p>${msg('Nothing you do here is recorded, because this page is not open inside a learning platform. Open it from your course there.')}</p>
      ${trials.length === 0 ? nothing : html`<details>
        <summary>${msg('Why?')}</summary>
        <ul lang="en" dir="ltr">${trials.map(({ plugin, why }) => html`<li><code>${plugin}</code> ${why}</li>`)}</ul>
      </details>`}
    </div>
  </div>`;
}
