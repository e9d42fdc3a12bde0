import type { Agent, Text } from '@lectern/core';

/** Somebody the demo can be tried as. */
export interface DemoLearner {
  readonly id: string;
  readonly name: Text;
}

export const DEMO_LEARNERS: readonly DemoLearner[] = [
  { id: 'lin', name: { 'zh-CN': '林知远', en: 'Lin Zhiyuan' } },
  { id: 'wang', name: { 'zh-CN': '王若溪', en: 'Wang Ruoxi' } },
  { id: 'guest', name: { 'zh-CN': '访客', en: 'Guest' } },
];

export const DEMO_HOME_PAGE = 'https://lectern.example/demo';

/** An account with an opaque name: no name in the statements (STANDARDS, identity). */
export const demoActor = (id: string): Agent => ({ objectType: 'Agent', account: { homePage: DEMO_HOME_PAGE, name: id } });

export const isDemoActor = (actor: Agent): boolean => actor.account?.homePage === DEMO_HOME_PAGE;
