import type { ActivitySequencing, ContentReport, Course, CourseNode, CourseSequencing } from '@lectern/core';
import { Sequencer, type SequencerOptions, type SequencerOutcome } from './sequencer.js';

/** A tree of words: one that is followed by an opening bracket is a block, every other a unit. */
export function tree(text: string): CourseNode[] {
  const root: CourseNode[] = [];
  const stack: CourseNode[][] = [root];
  for (const token of text.match(/[^\s()]+\(?|\)/g) ?? []) {
    if (token === ')') stack.pop();
    else if (token.endsWith('(')) {
      const children: CourseNode[] = [];
      stack.at(-1)!.push({ type: 'block', id: token.slice(0, -1), title: token, children });
      stack.push(children);
    } else stack.at(-1)!.push({ type: 'unit', kind: 'scorm', version: '2004', id: token, title: token, href: token, moveOn: 'CompletedOrPassed' });
  }
  return root;
}

export const courseOf = (text: string, root: ActivitySequencing, activities: Record<string, ActivitySequencing> = {}, more: Partial<CourseSequencing> = {}): Course => ({
  id: 'urn:course',
  title: 'Course',
  format: 'scorm2004',
  sequencing: { rootId: 'org', root, activities, ...more },
  children: tree(text),
});

export const FLOW: ActivitySequencing = { controlMode: { flow: true } };

/** A sequencer told what to do in a line a step, with what comes of it in a word. */
export class Play {
  sequencer: Sequencer;
  readonly #course: Course;
  last: SequencerOutcome | undefined;

  constructor(course: Course, options: SequencerOptions = {}) {
    this.#course = course;
    this.sequencer = new Sequencer(course, { random: () => 0.999, ...options });
  }

  /** @param step `continue`, `choice b`, … @returns the unit that is delivered, or what else became of it */
  go(step: string): string {
    const [request, target] = step.split(' ') as [never, string | undefined];
    this.last = this.sequencer.request(target === undefined ? { request } : ({ request, target } as never));
    if (this.last.type === 'deliver') return this.last.activity.id;
    if (this.last.type === 'ended') return this.last.suspended ? 'suspended' : 'ended';
    return this.last.exception ?? this.last.type;
  }

  run(...steps: (string | ContentReport)[]): string[] {
    return steps.flatMap((step) => {
      if (typeof step === 'string') return [this.go(step)];
      this.sequencer.report(this.sequencer.current!.id, step);
      return [];
    });
  }

  /** As another page would, from what was kept. */
  reload(): void {
    const snapshot = JSON.parse(JSON.stringify(this.sequencer.snapshot())) as ReturnType<Sequencer['snapshot']>;
    this.sequencer = new Sequencer(this.#course, { snapshot, random: () => 0.999 });
  }
}

export const passed: ContentReport = { completed: true, satisfied: true, completionTold: true, successTold: true };
export const failed: ContentReport = { completed: true, satisfied: false, completionTold: true, successTold: true };
