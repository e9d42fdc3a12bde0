import { pickText, type Cmi5Unit, type Course, type XapiUnit } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import type { Localizer } from '../../internal/localize.js';

/** What the publisher says of a unit, for people who have not opened it yet: its description, and what it is to teach (cmi5 13.1.3). */
export function renderAbout(course: Course, unit: Cmi5Unit | XapiUnit, { msg }: Localizer, languages: readonly string[]): TemplateResult | typeof nothing {
  const description = pickText(unit.description, languages);
  const wanted = new Set(unit.kind === 'cmi5' ? unit.objectives : undefined);
  const objectives = (course.objectives ?? []).filter(({ id }) => wanted.has(id));
  if (description === '' && objectives.length === 0) return nothing;
  return html`<div class="about" part="about">
    ${description === '' ? nothing : html`<p><bdi>${description}</bdi></p>`}
    ${objectives.length === 0 ? nothing : html`<p class="goal">${msg('Objectives')}</p><ul>${objectives.map(({ title }) => html`<li><bdi>${pickText(title, languages)}</bdi></li>`)}</ul>`}
  </div>`;
}
