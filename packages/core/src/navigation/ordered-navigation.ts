import type { Block, Course, CourseNode } from '../course/course.js';
import { findRequirementFault } from '../course/requirements.js';
import { isSatisfied } from '../course/roll-up.js';
import { listUnits } from '../course/tree.js';
import { CoreError } from '../errors/core-error.js';
import type { Session } from '../session/session.js';
import { createFreeNavigation } from './free-navigation.js';
import type { ClosedReason, Navigation, Opening, Step } from './navigation.js';

type Closed = Extract<Opening, { readonly allowed: false }>;

/**
 * Navigation of a course whose units and blocks say what comes before them: `requires`, and `order: "forced"`. What has to be done is so when its `moveOn` is
 * met; a block, when all its units are. A closed block closes all that is in it.
 * @throws CoreError `course-invalid` where something could never be opened: it requires what does not exist, or itself
 */
export function createOrderedNavigation(course: Course, session: Session): Navigation {
  const fault = findRequirementFault(course);
  if (fault) {
    const field = fault.index === undefined ? 'order' : 'requires';
    const words = fault.type === 'unknown' ? `requires "${fault.ids[0]}", which the course does not have` : `can never be opened: ${fault.ids.join(' needs ')}`;
    throw new CoreError('course-invalid', `"${fault.nodeId}" ${words}.`, { field });
  }
  const units = listUnits(course);
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const done = new Map<string, boolean>();
  let closed: ReadonlyMap<string, Closed> | undefined;
  let current: string | undefined;
  const free = createFreeNavigation(course, () => current);
  const listeners = new Set<() => void>();

  const look = (unitId: string): boolean => isSatisfied(byId.get(unitId)!.moveOn, session.getState().units[unitId]);
  for (const { id } of units) done.set(id, look(id));
  // Films tell something several times a second; only what is done, or no longer, opens and closes.
  session.subscribe((_state, { event: { unitId } }) => {
    if (!byId.has(unitId) || done.get(unitId) === look(unitId)) return;
    done.set(unitId, look(unitId));
    closed = undefined;
    for (const listener of [...listeners]) listener();
  });

  const canOpen = (nodeId: string): Opening => {
    const opening = free.canOpen(nodeId);
    if (!opening.allowed) return opening;
    closed ??= findClosed(course, done);
    return closed.get(nodeId) ?? opening;
  };
  const step = (request: Parameters<Navigation['step']>[0]): Step => {
    const to = free.step(request);
    if (!to.allowed || to.unitId === undefined) return to;
    const opening = canOpen(to.unitId);
    return opening.allowed ? to : { ...opening, unitId: to.unitId };
  };

  return {
    canOpen,
    step,
    request(request, leave) {
      const to = request.request === 'choice' || request.request === 'jump' ? canOpen(request.target ?? '') : step(request.request);
      if (!to.allowed) return { type: 'refused', reason: to.reason };
      const outcome = free.request(request, leave);
      if (!(outcome instanceof Promise) && outcome.type === 'deliver') {
        // A block leads to its first unit, which may have demands of its own.
        const first = canOpen(outcome.unitId);
        if (!first.allowed) return { type: 'refused', reason: first.reason };
        current = outcome.unitId;
      }
      return outcome;
    },
    begin(wanted) {
      const resumed = current ?? session.getState().currentUnitId;
      const first = [wanted, resumed, ...byId.keys()].find((id) => id !== undefined && byId.has(id) && canOpen(id).allowed);
      if (first === undefined) return { type: 'rest' };
      current = first;
      return { type: 'deliver', unitId: first };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** All that is closed, and why. */
function findClosed(course: Course, units: ReadonlyMap<string, boolean>): ReadonlyMap<string, Closed> {
  const done = new Map(units);
  const blocks: Block[] = [];
  const found: CourseNode[] = [...course.children];
  for (let node = found.pop(); node; node = found.pop()) {
    if (node.type !== 'block') continue;
    blocks.push(node);
    for (const child of node.children) found.push(child);
  }
  // The inner ones come last.
  for (const { id, children } of blocks.reverse()) done.set(id, children.every((child) => done.get(child.id)));

  const because = (reason: ClosedReason, missing: readonly string[]): Closed => ({ allowed: false, reason, missing });
  const closed = new Map<string, Closed>();
  const stack: (Course | Block)[] = [course];
  for (let parent = stack.pop(); parent; parent = stack.pop()) {
    const inherited = parent === course ? undefined : closed.get(parent.id);
    let behind: string | undefined;
    for (const node of parent.children) {
      const missing = node.requires?.filter((id) => !done.get(id)) ?? [];
      const why = inherited ?? (missing.length > 0 ? because('prerequisites', missing) : behind === undefined ? undefined : because('order', [behind]));
      if (why) closed.set(node.id, why);
      if (parent.order === 'forced' && !done.get(node.id)) behind ??= node.id;
      if (node.type === 'block') stack.push(node);
    }
  }
  return closed;
}
