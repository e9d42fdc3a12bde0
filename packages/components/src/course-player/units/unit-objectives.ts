import { pickText, type Cmi5Unit, type Course, type XapiUnit } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import type { Localizer } from '../../internal/localize.js';

/** What a unit is to teach (cmi5 13.1.3), for people who have not opened it yet. Its description is in the player's own head. */
export function renderObjectives(course: Course, unit: Cmi5Unit | XapiUnit, { msg }: Localizer, languages: readonly string[]): TemplateResult | typeof nothing {
  const wanted = new Set(unit.kind === 'cmi5' ? unit.objectives : undefined);
  const objectives = (course.objectives ?? []).filter(({ id }) => wanted.has(id));
  if (objectives.length === 0) return nothing;
  return html`<div class="objectives"><p>${msg('Objectives')}</p><ul>${objectives.map(({ title }) => html`<li><bdi>${pickText(title, languages)}</bdi></li>`)}</ul></div>`;
}
