/** A small simulation with a step of each kind, as plain JSON: 10 + 6 + 4 points, 60 seconds. */
export function smallSimulation(): Record<string, unknown> {
  const title = { en: 'Title', 'zh-CN': '标题' };
  const part = (id: string) => ({ id, node: id, title, position: '0 0.1m -2.5', normal: '0 1 0' });
  const step = { title, instruction: 'Do it.', hint: 'Like this.', expectSeconds: 5 };
  return {
    id: 'small',
    title,
    model: { src: 'model.glb', alt: 'A model' },
    parts: [part('key'), part('dial'), part('lever')],
    steps: [
      { ...step, id: 'one', action: { type: 'activate', part: 'key' }, maxScore: 10, penalty: 4, effect: [{ node: 'key', translate: [0, 1, 0], durationMs: 300 }] },
      { ...step, id: 'two', action: { type: 'set', part: 'dial', unit: 'mm', min: 0, max: 1, step: 0.1, target: 0.3, tolerance: 0 }, maxScore: 6, penalty: 1 },
      {
        ...step,
        id: 'three',
        action: { type: 'choose', part: 'lever', options: [{ id: 'a', title: 'A', correct: false }, { id: 'b', title: 'B', correct: true }] },
        maxScore: 4,
        penalty: 4,
      },
    ],
    passingScore: 0.7,
    timeLimitSeconds: 60,
    scoring: { hintPenalty: 2 },
  };
}
