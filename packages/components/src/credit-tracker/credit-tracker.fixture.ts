import { VERBS, type CreditEntry, type CreditLedger, type Evidence, type RequirementProgress } from '@lectern/core';

const COURSE = 'https://campus.example/courses/lathe';

const evidence = (statementId: string, activity: string, verb: keyof typeof VERBS, more: Partial<Evidence> = {}): Evidence => ({
  statementId,
  activityId: `${COURSE}/${activity}`,
  verb: VERBS[verb],
  timestamp: '2026-11-20T08:30:00.000Z',
  ...more,
});

const requirement = (id: string, en: string, zh: string, kind: RequirementProgress['requirement']['kind'], more: object = {}): RequirementProgress['requirement'] => ({
  id,
  title: { en, 'zh-CN': zh },
  activityId: `${COURSE}/${id}`,
  kind,
  ...more,
});

const institution = { name: { en: 'Riverside University of Technology', 'zh-CN': '江滨理工大学' }, homePage: 'https://riverside.example/' };

const workshop: CreditEntry = {
  progress: {
    policy: {
      id: 'workshop',
      title: { en: 'Workshop safety', 'zh-CN': '车间安全' },
      courseId: `${COURSE}/safety`,
      institution,
      scheme: 'CN',
      credits: 1,
      requirements: [requirement('safety', 'Pass the safety test', '通过安全测验', 'passed')],
    },
    status: 'earned',
    progress: 1,
    mark: 0.92,
    hours: 16,
    requirements: [
      {
        requirement: requirement('safety', 'Pass the safety test', '通过安全测验', 'passed'),
        met: true,
        progress: 1,
        evidence: [evidence('7d3c0d2e-6d8a-4f0e-9f6b-0d8f2c1b4a55', 'safety', 'passed', { success: true, score: { scaled: 0.92, raw: 46, min: 0, max: 50 } })],
      },
    ],
  },
  conferral: {
    id: 'c-1',
    policyId: 'workshop',
    credits: 1,
    scheme: 'CN',
    by: { name: institution.name },
    at: '2026-11-21T02:00:00.000Z',
    statementId: '0b6f6a52-51a0-4a58-8c6c-4b1d7e7b9b11',
  },
};

const lathe: CreditEntry = {
  progress: {
    policy: {
      id: 'lathe',
      title: { en: 'Setting up a lathe', 'zh-CN': '车床调试' },
      courseId: COURSE,
      institution,
      scheme: 'CN',
      credits: 1.5,
      passMark: 0.6,
      requirements: [requirement('simulation', 'Score 80 % in the simulation', '仿真得分不低于 80%', 'score', { minimum: 0.8, weight: 2 })],
    },
    status: 'earned',
    progress: 1,
    mark: 0.86,
    hours: 24,
    requirements: [
      {
        requirement: requirement('simulation', 'Score 80 % in the simulation', '仿真得分不低于 80%', 'score', { minimum: 0.8, weight: 2 }),
        met: true,
        progress: 1,
        evidence: [evidence('f3a1c5b0-2f6e-4c0a-8a51-7d0c1b2e3f44', 'simulation', 'passed', { success: true, score: { scaled: 0.86, raw: 86, min: 0, max: 100 } })],
      },
    ],
  },
};

const drawing: CreditEntry = {
  progress: {
    policy: {
      id: 'drawing',
      title: { en: 'Technical drawing', 'zh-CN': '机械制图' },
      courseId: `${COURSE}/drawing`,
      institution: { name: { en: 'Open Campus Alliance', 'zh-CN': '开放校园联盟' } },
      scheme: 'CN',
      credits: 2,
      hoursPerCredit: 18,
      requirements: [requirement('film', 'Watch the film', '观看影片', 'completed'), requirement('practice', 'Practise for two hours', '练习两小时', 'seconds', { minimum: 7200 })],
    },
    status: 'inProgress',
    progress: 0.7,
    hours: 36,
    requirements: [
      {
        requirement: requirement('film', 'Watch the film', '观看影片', 'completed'),
        met: true,
        progress: 1,
        evidence: [evidence('1f8e7d6c-5b4a-4938-9271-605f4e3d2c1b', 'film', 'completed', { completed: true })],
      },
      {
        requirement: requirement('practice', 'Practise for two hours', '练习两小时', 'seconds', { minimum: 7200 }),
        met: false,
        progress: 0.4,
        evidence: [evidence('2a9f8e7d-6c5b-4a39-8281-716f5e4d3c2b', 'practice', 'terminated', { seconds: 2880 })],
      },
    ],
  },
};

const robotics: CreditEntry = {
  progress: {
    policy: {
      id: 'robotics',
      title: { en: 'Robotics', 'zh-CN': '机器人学' },
      courseId: `${COURSE}/robotics`,
      institution: { name: 'Hochschule am Hafen' },
      scheme: 'ECTS',
      credits: 5,
      hoursPerCredit: 25,
      requirements: [requirement('robotics', 'Pass the course', '通过课程', 'passed')],
    },
    status: 'notStarted',
    progress: 0,
    hours: 125,
    requirements: [{ requirement: requirement('robotics', 'Pass the course', '通过课程', 'passed'), met: false, progress: 0, evidence: [] }],
  },
};

/** A learner with credit of every kind: conferred, earned, pending, not begun, and of two schemes. */
export function sampleLedger(): CreditLedger {
  return {
    learner: { name: 'Lin Xiaoyu', account: 'lin' },
    goal: { title: { en: 'Practical electives', 'zh-CN': '实践选修模块' }, credits: 6, scheme: 'CN' },
    entries: [workshop, lathe, drawing, robotics],
    at: '2026-11-23T06:00:00.000Z',
  };
}

/** The same learner on the first day. */
export function emptyLedger(): CreditLedger {
  return { learner: { account: 'lin' }, goal: { title: { en: 'Practical electives', 'zh-CN': '实践选修模块' }, credits: 6, scheme: 'CN' }, entries: [], at: '2026-11-23T06:00:00.000Z' };
}
