import { createFreeNavigation, listUnits, type Course, type Navigation, type Opening, type Session, type Step, type UnitState } from '@lectern/core';
import { evaluateAiccScript, type AiccStatus } from './aicc-script.js';

/** A unit's state in SCORM 1.2's word for it (RTE 3.4.4, lesson_status). */
function statusOf(state: UnitState | undefined): AiccStatus {
  if (state?.success) return state.success;
  if (state?.completed) return 'completed';
  return state && state.sessions > 0 ? 'incomplete' : 'not attempted';
}

/**
 * Navigation of SCORM 1.2 (CAM 2.3.5.1.1): free, but for units whose prerequisites are not met, and units that are not to be seen. A script that is none
 * closes nothing, or its author's slip would end the course.
 */
export function openPrerequisiteNavigation(course: Course, session: Session): Navigation {
  const units = listUnits(course);
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const members = membersOf(course);
  const rules = course.sequencing?.activities ?? {};
  let current: string | undefined;
  const free = createFreeNavigation(course, () => current);

  const status = (id: string): AiccStatus | undefined => {
    const states = session.getState().units;
    const below = members.get(id);
    if (byId.has(id) && below === undefined) return statusOf(states[id]);
    if (below === undefined) return undefined;
    const all = below.map((unitId) => statusOf(states[unitId]));
    if (all.every((word) => word === 'passed' || word === 'completed')) return 'completed';
    return all.every((word) => word === 'not attempted') ? 'not attempted' : 'incomplete';
  };
  const isMet = (unitId: string): boolean => {
    const unit = byId.get(unitId);
    const script = unit?.kind === 'scorm' ? unit.prerequisites : undefined;
    return script === undefined || evaluateAiccScript(script, status) !== false;
  };
  const isHidden = (id: string): boolean => Object.hasOwn(rules, id) && rules[id]!.hidden === true;

  const canOpen = (nodeId: string): Opening => {
    const opening = free.canOpen(nodeId);
    const hidden = isHidden(nodeId) ? { hidden: true } : {};
    return opening.allowed && !isMet(nodeId) ? { allowed: false, reason: 'prerequisites', ...hidden } : { ...opening, ...hidden };
  };
  const step = (request: Parameters<Navigation['step']>[0]): Step => {
    const to = free.step(request);
    return to.allowed && to.unitId !== undefined && !isMet(to.unitId) ? { allowed: false, reason: 'prerequisites', unitId: to.unitId } : to;
  };

  return {
    canOpen,
    step,
    request(request, leave) {
      const to = request.request === 'choice' || request.request === 'jump' ? canOpen(request.target ?? '') : step(request.request);
      if (!to.allowed) return { type: 'refused', reason: to.reason };
      const outcome = free.request(request, leave);
      if (!(outcome instanceof Promise) && outcome.type === 'deliver') {
        if (!isMet(outcome.unitId)) return { type: 'refused', reason: 'prerequisites' };
        current = outcome.unitId;
      }
      return outcome;
    },
    begin(wanted) {
      const resumed = session.getState().currentUnitId;
      const first = [wanted, resumed, ...units.map(({ id }) => id)].find((id) => id !== undefined && byId.has(id) && canOpen(id).allowed);
      if (first === undefined) return { type: 'rest' };
      current = first;
      return { type: 'deliver', unitId: first };
    },
    subscribe: (listener) => session.subscribe(() => listener()),
  };
}

/** The units below each block. */
function membersOf(course: Course): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>();
  const stack = [...course.children];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type !== 'block') continue;
    // The items under a unit of SCORM 1.2 are a block with its name and an ending.
    members.set(node.id.replace(/\.items$/, ''), listUnits(node).map(({ id }) => id));
    stack.push(...node.children);
  }
  return members;
}
