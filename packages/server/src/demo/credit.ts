import { listUnits, unitActivityId, type Course, type CreditLedger, type CreditPolicy, type Requirement, type Unit } from '@lectern/core';

const institution = {
  name: { 'zh-CN': '示范大学机械工程学院', en: 'School of Mechanical Engineering, Model University' },
  homePage: 'https://lectern.example/university',
} as const;

/** What the demo's credits count towards. */
export const demoGoal: NonNullable<CreditLedger['goal']> = {
  title: { 'zh-CN': '工程训练选修模块', en: 'Workshop practice, elective module' },
  credits: 2,
  scheme: 'CN',
};

/** Two policies over one course: the theory by watching and reading, the practice by the quiz and the simulation. */
export function demoPolicies(course: Course): CreditPolicy[] {
  const units = new Map(listUnits(course).map((unit) => [unit.id, unit]));
  const about = (id: string, make: (unit: Unit) => Omit<Requirement, 'id' | 'title' | 'activityId'>): Requirement[] => {
    const unit = units.get(id);
    return unit ? [{ id, title: unit.title, activityId: unitActivityId(course, unit), ...make(unit) }] : [];
  };
  const policies: CreditPolicy[] = [
    {
      id: 'demo-theory',
      title: { 'zh-CN': '机床安全理论', en: 'Machine safety, theory' },
      courseId: course.id,
      institution,
      scheme: 'CN',
      credits: 0.5,
      requirements: [...about('film', () => ({ kind: 'completed' })), ...about('guide', () => ({ kind: 'completed' }))],
    },
    {
      id: 'demo-practice',
      title: { 'zh-CN': '车床操作实践', en: 'Lathe practice' },
      courseId: course.id,
      institution,
      scheme: 'CN',
      credits: 1,
      hoursPerCredit: 32,
      passMark: 0.8,
      requirements: [
        ...about('habits', () => ({ kind: 'score', minimum: 0.8, weight: 0.4 })),
        ...about('virtual-lathe', () => ({ kind: 'passed', weight: 0.6 })),
      ],
    },
  ];
  return policies.filter(({ requirements }) => requirements.length > 0);
}
