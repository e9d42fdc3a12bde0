/** One question of each kind, as an author writes them. A new object each time. */
export const smallQuiz = () => ({
  title: { en: 'Lathe safety', 'zh-CN': '车床安全' },
  passMark: 0.6,
  attempts: 2,
  questions: [
    {
      id: 'one', kind: 'single', prompt: 'What first?', feedback: { general: 'Because.' },
      choices: [{ id: 'a', text: 'Goggles', correct: true, feedback: 'Yes.' }, { id: 'b', text: 'Gloves' }, { id: 'c', text: 'Music' }],
    },
    {
      id: 'some', kind: 'multiple', prompt: 'Which are safe?', points: 2, scoring: 'each',
      choices: [{ id: 'a', text: 'Cap', correct: true }, { id: 'b', text: 'Scarf' }, { id: 'c', text: 'Boots', correct: true }, { id: 'd', text: 'Ring' }],
    },
    { id: 'row', kind: 'order', prompt: 'In which order?', scoring: 'each', points: 3, items: [{ id: 'x', text: 'Clamp' }, { id: 'y', text: 'Start' }, { id: 'z', text: 'Cut' }] },
    {
      id: 'pairs', kind: 'match', prompt: 'Which belongs to which?', points: 2, scoring: 'each',
      sources: [{ id: 's1', text: 'Chuck', target: 't1' }, { id: 's2', text: 'Tool', target: 't2' }],
      targets: [{ id: 't1', text: 'holds' }, { id: 't2', text: 'cuts' }, { id: 't3', text: 'sings' }],
    },
    { id: 'word', kind: 'text', prompt: 'What is it called?', accepted: ['Lathe', { text: 'turning machine', points: 0.5, feedback: 'Almost.' }, '车床１号'] },
    { id: 'number', kind: 'numeric', prompt: 'How fast?', unit: 'rpm', accepted: [{ value: 2.5, tolerance: 0.1 }, { min: 10, points: 0.5 }] },
  ] as Record<string, unknown>[],
});
