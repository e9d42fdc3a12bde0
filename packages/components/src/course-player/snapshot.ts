import { isSatisfied, pickText, unitStatus, type Block, type ClosedReason, type Course, type CourseNode, type DeliveryState, type Step, type UnitKind, type UnitStatus } from '@lectern/core';
import type { Localizer } from '../internal/localize.js';
import { closedWords } from './closed-words.js';
import { courseProgress, type CourseProgress } from './course-progress.js';
import type { DeliveryWords } from './delivery-words.js';
import type { Playback } from './playback.js';
import type { CoursePlayerState } from './player-view.js';
import type { Resting } from './resting.js';

/** Why a unit is locked. */
export interface UnitLock {
  readonly reason: ClosedReason;
  /** Ids of the units and blocks that come first, where the course names them. */
  readonly missing: readonly string[];
  /** For people, in the player's language. */
  readonly words: string;
}

/** A unit as a table of contents shows it. */
export interface UnitSnapshot {
  readonly id: string;
  readonly kind: UnitKind;
  /** In the reader's language, as all words here. */
  readonly title: string;
  /** Ids of the blocks around it, the outermost first. */
  readonly blocks: readonly string[];
  readonly status: UnitStatus;
  /** 0 to 1. */
  readonly progress: number;
  /** Its `moveOn` is met. */
  readonly satisfied: boolean;
  /** Seconds of attention. */
  readonly seconds: number;
  readonly expectedSeconds?: number;
  readonly current: boolean;
  /** The course does not want it shown. */
  readonly hidden: boolean;
  /** Absent: it may be opened. */
  readonly lock?: UnitLock;
}

/** Whether there is a way to a neighbour, and where it leads as far as that can be said. */
export interface StepSnapshot {
  readonly allowed: boolean;
  readonly unitId?: string;
}

/** All that a table of contents and a frame of a host's own need, at one moment. Frozen; the same object until something changes. */
export interface PlayerSnapshot {
  readonly state: CoursePlayerState;
  readonly course?: { readonly id: string; readonly title: string };
  readonly blocks: readonly { readonly id: string; readonly title: string }[];
  /** In reading order. */
  readonly units: readonly UnitSnapshot[];
  /** Id of the open unit. */
  readonly current?: string;
  /** Why no unit is open: `left`, `ended`, `choose` (from the contents), `elsewhere` (open in another tab), `taken` (gone on there). */
  readonly resting?: Resting;
  readonly previous: StepSnapshot;
  readonly next: StepSnapshot;
  readonly progress: CourseProgress;
  /** What waits and what has arrived; absent before the learner's session is open. */
  readonly delivery?: DeliveryState;
  /** The same in words; absent where there is nothing to say. */
  readonly saving?: Pick<DeliveryWords, 'text' | 'tone'>;
  readonly fullscreen: boolean;
}

const NO_STEP: StepSnapshot = { allowed: false };

/** @param saving what the player says about saving */
export function takeSnapshot(state: CoursePlayerState, playback: Playback | undefined, words: Localizer, saving: DeliveryWords | undefined, fullscreen: boolean): PlayerSnapshot {
  if (!playback) return freeze({ state, blocks: [], units: [], previous: NO_STEP, next: NO_STEP, progress: courseProgress([], undefined), fullscreen });
  const { course, units, unit: current, navigation, session, resting, delivery } = playback;
  const record = session?.getState();
  const { blocks, around } = blocksOf(course);
  const title = ({ title: text }: CourseNode | Course): string => pickText(text, words.languages);
  const titles = new Map<string, string>([...blocks, ...units].map((node) => [node.id, title(node)]));
  const step = ({ allowed, unitId }: Step): StepSnapshot => ({ allowed, ...(allowed && unitId !== undefined ? { unitId } : {}) });
  return freeze({
    state,
    course: { id: course.id, title: title(course) },
    blocks: blocks.map(({ id }) => ({ id, title: titles.get(id)! })),
    units: units.map(({ id, kind, moveOn, expectedSeconds }) => {
      const known = record?.units[id];
      const opening = navigation.canOpen(id);
      const { missing = [] } = opening.allowed ? {} : opening;
      const lock = opening.allowed ? undefined : { reason: opening.reason, missing: [...missing], words: closedWords(opening.reason, missing.map((other) => titles.get(other) ?? other), words) };
      return {
        id,
        kind,
        title: titles.get(id)!,
        blocks: around.get(id)!,
        status: unitStatus(known),
        progress: known?.progress ?? 0,
        satisfied: isSatisfied(moveOn, known),
        seconds: known?.seatSeconds ?? 0,
        ...(expectedSeconds === undefined ? {} : { expectedSeconds }),
        current: id === current?.id,
        hidden: opening.hidden === true,
        ...(lock ? { lock } : {}),
      };
    }),
    ...(current ? { current: current.id } : {}),
    ...(resting ? { resting } : {}),
    previous: step(navigation.step('previous')),
    next: step(navigation.step('continue')),
    progress: courseProgress(units, record),
    ...(delivery ? { delivery: { ...delivery } } : {}),
    ...(saving ? { saving: { text: saving.text, tone: saving.tone } } : {}),
    fullscreen,
  });
}

function blocksOf(course: Course): { readonly blocks: readonly Block[]; readonly around: ReadonlyMap<string, readonly string[]> } {
  const blocks: Block[] = [];
  const around = new Map<string, readonly string[]>();
  const stack: { readonly of: Course | Block; readonly within: readonly string[] }[] = [{ of: course, within: [] }];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    for (const node of entry.of.children) if (node.type === 'unit') around.set(node.id, entry.within);
    for (let i = entry.of.children.length - 1; i >= 0; i--) {
      const node = entry.of.children[i]!;
      if (node.type === 'block') stack.push({ of: node, within: [...entry.within, node.id] });
    }
    if (entry.of !== course) blocks.push(entry.of as Block);
  }
  return { blocks, around };
}

/** Deep: what a host changes by mistake must not change the player. */
function freeze<T>(value: T): T {
  const stack: unknown[] = [value];
  for (let part = stack.pop(); part !== undefined || stack.length > 0; part = stack.pop()) {
    if (typeof part !== 'object' || part === null || Object.isFrozen(part)) continue;
    Object.freeze(part);
    for (const below of Object.values(part)) stack.push(below);
  }
  return value;
}
