import { listUnits } from '../course/tree.js';
import type { Course, CourseNode } from '../course/course.js';
import type { ClosedReason, Navigation, NavigationOutcome, NavigationRequest, Step, StepRequest } from './navigation.js';

const closed = (reason: ClosedReason): { readonly allowed: false; readonly reason: ClosedReason } => ({ allowed: false, reason });

/**
 * Navigation of a course without rules: every unit may be opened at any time, and they follow one another in reading order.
 * @param current the id of the unit that is open
 */
export function createFreeNavigation(course: Course, current: () => string | undefined): Navigation {
  const order = listUnits(course).map(({ id }) => id);
  const places = new Map(order.map((id, index) => [id, index]));

  const step = (request: StepRequest): Step => {
    if (request !== 'continue' && request !== 'previous') return { allowed: true };
    const at = places.get(current() ?? '') ?? (request === 'continue' ? -1 : order.length);
    const unitId = order[request === 'continue' ? at + 1 : at - 1];
    return unitId === undefined ? closed('end') : { allowed: true, unitId };
  };
  const deliver = (unitId: string | undefined): NavigationOutcome => (unitId === undefined ? { type: 'refused', reason: 'unknown' } : { type: 'deliver', unitId });

  return {
    canOpen: (nodeId) => (places.has(nodeId) ? { allowed: true } : firstUnit(course, nodeId) === undefined ? closed('unknown') : { allowed: true }),
    step,
    request({ request, target = '' }: NavigationRequest): NavigationOutcome {
      switch (request) {
        case 'continue':
        case 'previous': {
          const to = step(request);
          return to.allowed ? deliver(to.unitId) : { type: 'refused', reason: to.reason };
        }
        case 'choice':
        case 'jump':
          return deliver(places.has(target) ? target : firstUnit(course, target));
        case 'exit':
        case 'abandon':
          return { type: 'rest' };
        case 'exitAll':
        case 'abandonAll':
          return { type: 'ended', suspended: false };
        case 'suspendAll':
          return { type: 'ended', suspended: true };
      }
    },
    subscribe: () => () => undefined,
  };
}

/** The first unit of a block. */
function firstUnit(course: Course, blockId: string): string | undefined {
  const stack: CourseNode[] = [...course.children];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type !== 'block') continue;
    if (node.id === blockId) return listUnits(node)[0]?.id;
    for (const child of node.children) stack.push(child);
  }
  return undefined;
}
