import type { Block, Course, CourseNode } from './course.js';

/** What is wrong with what a course demands of the order in which it is done. */
export interface RequirementFault {
  readonly type: 'unknown' | 'cycle';
  /** The unit or block whose demand is at fault. */
  readonly nodeId: string;
  /** Place in its `requires`; absent where the fault is the order of a block. */
  readonly index?: number;
  /** The id that names nothing; of a cycle, the ids it leads through, back to its beginning. */
  readonly ids: readonly string[];
}

/** Whether a course declares what comes before what. */
export function hasRequirements(course: Course): boolean {
  if (course.order === 'forced') return true;
  const stack: CourseNode[] = [...course.children];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.requires || (node.type === 'block' && node.order === 'forced')) return true;
    if (node.type === 'block') for (const child of node.children) stack.push(child);
  }
  return false;
}

/** Something that has to be true before something else is: `open` a node, `done` with it, the ones `before` it in a forced order. */
type Goal = `${'open' | 'done' | 'before'}:${number}`;

/**
 * Finds a unit that no learner could ever open: it requires what does not exist, or itself by whatever detour (a block is done with its units, and is
 * open before they are). Iterative, and in time that grows with the number of demands: courses come from anywhere.
 */
export function findRequirementFault(course: Course): RequirementFault | undefined {
  const nodes: CourseNode[] = [];
  const parents: (number | undefined)[] = [];
  const earlier: (number | undefined)[] = [];
  const below: number[][] = [];
  const places = new Map<string, number>();
  const stack: { readonly of: Course | Block; readonly at: number | undefined }[] = [{ of: course, at: undefined }];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const forced = entry.of.order === 'forced';
    let before: number | undefined;
    for (const node of entry.of.children) {
      const at = nodes.push(node) - 1;
      places.set(node.id, at);
      parents.push(entry.at);
      earlier.push(forced ? before : undefined);
      below.push([]);
      if (entry.at !== undefined) below[entry.at]!.push(at);
      before = at;
      if (node.type === 'block') stack.push({ of: node, at });
    }
  }
  for (const { id, requires } of nodes) {
    const index = requires?.findIndex((wanted) => !places.has(wanted)) ?? -1;
    if (index >= 0) return { type: 'unknown', nodeId: id, index, ids: [requires![index]!] };
  }

  const needs = (goal: Goal): Goal[] => {
    const [what, number] = goal.split(':') as ['open' | 'done' | 'before', string];
    const at = Number(number);
    const node = nodes[at]!;
    if (what === 'done') {
      if (node.type === 'block') return below[at]!.map((child) => `done:${child}` as const);
      return node.moveOn === 'NotApplicable' ? [] : [`open:${at}`];
    }
    const previous = earlier[at];
    const line: Goal[] = previous === undefined ? [] : [`done:${previous}`, `before:${previous}`];
    if (what === 'before') return line;
    const parent = parents[at];
    return [...line, ...(parent === undefined ? [] : [`open:${parent}` as const]), ...(node.requires ?? []).map((id) => `done:${places.get(id)!}` as const)];
  };

  const settled = new Set<Goal>();
  for (const start of nodes.keys()) {
    const way: { readonly goal: Goal; readonly left: Goal[] }[] = [];
    const onWay = new Set<Goal>();
    const enter = (goal: Goal): void => {
      onWay.add(goal);
      way.push({ goal, left: needs(goal) });
    };
    if (!settled.has(`open:${start}`)) enter(`open:${start}`);
    for (let top = way.at(-1); top; top = way.at(-1)) {
      const next = top.left.pop();
      if (next === undefined) {
        settled.add(top.goal);
        onWay.delete(top.goal);
        way.pop();
      } else if (onWay.has(next)) {
        return describeCycle(way.slice(way.findIndex(({ goal }) => goal === next)).map(({ goal }) => goal), nodes);
      } else if (!settled.has(next)) {
        enter(next);
      }
    }
  }
  return undefined;
}

/** Names the demand that closes a circle: a written one, where there is any. */
function describeCycle(goals: readonly Goal[], nodes: readonly CourseNode[]): RequirementFault {
  const ids = [...new Set(goals.map((goal) => nodes[Number(goal.split(':')[1])]!.id))];
  for (const [place, goal] of goals.entries()) {
    const [what, at] = goal.split(':');
    const wanted = goals[(place + 1) % goals.length]!.split(':');
    if (what !== 'open' || wanted[0] !== 'done') continue;
    const node = nodes[Number(at)]!;
    const index = node.requires?.indexOf(nodes[Number(wanted[1])]!.id) ?? -1;
    if (index >= 0) return { type: 'cycle', nodeId: node.id, index, ids: [...ids, ids[0]!] };
  }
  return { type: 'cycle', nodeId: ids[0]!, ids: [...ids, ids[0]!] };
}
