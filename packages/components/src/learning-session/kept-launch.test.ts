import { expect } from '@open-wc/testing';
import type { LaunchInfo } from '@lectern/lms';
import { forgetLaunch, launchOrRemembered, rememberLaunch } from './kept-launch.js';

const TOKEN_URL = 'https://campus.example/token';
const REQUEST = { method: 'POST', headers: { authorization: 'Bearer launch-secret-1' } };

const launchOf = (name: string): LaunchInfo => ({
  endpoint: 'https://campus.example/xapi/',
  actor: { objectType: 'Agent', name: 'Lin Xiaoyu', account: { homePage: 'https://campus.example', name } },
  registration: '7ac8ad1c-1f0b-4f0e-8f0e-0f5f6b0f3f11',
  launchMode: 'Normal',
  expires: Date.now() + 60_000,
  getToken: () => Promise.resolve(`Bearer of ${name}`),
});
const away = (): Promise<never> => Promise.reject(Object.assign(new Error('nobody there'), { code: 'network' }));
const stored = (): string => JSON.stringify(Object.entries(localStorage).filter(([key]) => key.startsWith('lectern.launch.')));

describe('a launch that is remembered for times without a network', () => {
  beforeEach(() => localStorage.clear());
  after(() => localStorage.clear());

  it('is there for the same request, without any secret and without a name', async () => {
    await rememberLaunch(TOKEN_URL, REQUEST, launchOf('l-1'));
    expect(stored()).to.contain('l-1').and.not.to.match(/launch-secret|Bearer|Lin Xiaoyu/);
    const launch = await launchOrRemembered(TOKEN_URL, REQUEST, away);
    expect(launch.actor.account?.name).to.equal('l-1');
    expect(launch.registration).to.equal('7ac8ad1c-1f0b-4f0e-8f0e-0f5f6b0f3f11');
  });

  it('is nobody else’s: another request, or none remembered, fails as it would', async () => {
    await rememberLaunch(TOKEN_URL, REQUEST, launchOf('l-1'));
    for (const request of [{ ...REQUEST, headers: { authorization: 'Bearer launch-secret-2' } }, {}]) {
      const thrown = await launchOrRemembered(TOKEN_URL, request, away).catch((error: { code: string }) => error.code);
      expect(thrown).to.equal('network');
    }
  });

  it('is of no use where somebody answered: a refusal is a refusal', async () => {
    await rememberLaunch(TOKEN_URL, REQUEST, launchOf('l-1'));
    const thrown = await launchOrRemembered(TOKEN_URL, REQUEST, () => Promise.reject(Object.assign(new Error('no'), { code: 'unauthorized' }))).catch((error: { code: string }) => error.code);
    expect(thrown).to.equal('unauthorized');
  });

  it('gets its token when there is a network, and refuses one of another learner', async () => {
    await rememberLaunch(TOKEN_URL, REQUEST, launchOf('l-1'));
    let answer: () => Promise<LaunchInfo> = away;
    const launch = await launchOrRemembered(TOKEN_URL, REQUEST, () => answer());
    expect(await launch.getToken().catch((error: { code: string }) => error.code)).to.equal('network');
    answer = () => Promise.resolve(launchOf('l-2'));
    expect(await launch.getToken().catch((error: { code: string }) => error.code)).to.equal('session-other-learner');
    const second = await launchOrRemembered(TOKEN_URL, REQUEST, away);
    answer = () => Promise.resolve(launchOf('l-1'));
    expect(await second.getToken().catch((error: { code: string }) => error.code)).to.equal('network');
    const third = await launchOrRemembered(TOKEN_URL, REQUEST, (() => { let first = true; return () => (first ? ((first = false), away()) : Promise.resolve(launchOf('l-1'))); })());
    expect(await third.getToken()).to.equal('Bearer of l-1');
  });

  it('is forgotten when somebody else has signed in, and when it is to be', async () => {
    await rememberLaunch(TOKEN_URL, REQUEST, launchOf('l-1'));
    await launchOrRemembered(TOKEN_URL, REQUEST, () => Promise.resolve(launchOf('l-2')));
    expect(stored()).to.equal('[]');
    await rememberLaunch(TOKEN_URL, REQUEST, launchOf('l-1'));
    await forgetLaunch(TOKEN_URL, REQUEST);
    expect(stored()).to.equal('[]');
  });

  it('is nothing where something else was written in its place', async () => {
    await rememberLaunch(TOKEN_URL, REQUEST, launchOf('l-1'));
    const key = Object.keys(localStorage).find((name) => name.startsWith('lectern.launch.'))!;
    for (const text of ['', 'null', '7', '{', '{"endpoint":1}', '{"endpoint":"x","actor":null,"launchMode":"Normal"}', '{"endpoint":"x","actor":{},"launchMode":"Root"}', '[]']) {
      localStorage.setItem(key, text);
      expect(await launchOrRemembered(TOKEN_URL, REQUEST, away).catch((error: { code: string }) => error.code), text).to.equal('network');
    }
  });
});
