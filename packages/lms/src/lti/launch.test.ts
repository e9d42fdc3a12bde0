import { expect } from '@open-wc/testing';
import type { Course } from '@lectern/core';
import { ACTOR, ENDPOINT, StubLrs } from '../stub-lrs.fixture.js';
import { readLtiLaunch } from './launch.js';
import { LTI_ELEMENT, ltiPlugin } from './index.js';

const course: Course = { id: 'https://campus.example/course', title: 'Course', format: 'course', children: [] };

describe('an LTI launch', () => {
  let element: HTMLScriptElement | undefined;
  const leave = (launch: unknown): void => {
    element = document.createElement('script');
    element.type = 'application/json';
    element.id = LTI_ELEMENT;
    element.textContent = typeof launch === 'string' ? launch : JSON.stringify(launch);
    document.body.append(element);
  };

  afterEach(() => {
    element?.remove();
    sessionStorage.clear();
    history.replaceState(null, '', location.pathname + location.search);
  });

  const BROKEN: readonly (readonly [string, unknown, string])[] = [
    ['no JSON', '{', ''],
    ['a list', [], ''],
    ['no address for its token', { launch: 'x' }, 'tokenUrl'],
    ['another origin for its token', { launch: 'x', tokenUrl: 'https://elsewhere.example/token' }, 'tokenUrl'],
    ['an address that runs', { launch: 'x', tokenUrl: 'javascript:1' }, 'tokenUrl'],
    ['no token', { tokenUrl: '/token' }, 'launch'],
    ['a token that ends the line', { tokenUrl: '/token', launch: 'a\r\nX: y' }, 'launch'],
  ];
  for (const [what, launch, field] of BROKEN) {
    it(`is refused with ${what}`, async () => {
      leave(launch);
      const asked: unknown[] = [];
      const plugin = ltiPlugin({ fetch: (url) => (asked.push(url), Promise.resolve(Response.json({}))) });
      expect(await plugin.detect()).to.equal(true);
      const error = await plugin.connect({ course }).then(() => undefined, (thrown: unknown) => thrown);
      expect(error).to.include({ code: 'launch-invalid', field });
      expect(asked).to.deep.equal([]);
    });
  }

  it('is taken out of the address, and kept for a reload of this tab', () => {
    history.replaceState(null, '', '#lti=abc.def-1');
    expect(readLtiLaunch(window)).to.deep.equal({ tokenUrl: `${location.origin}/launches/token`, launch: 'abc.def-1' });
    expect(location.hash).to.equal('');
    expect(readLtiLaunch(window).launch).to.equal('abc.def-1');
  });

  it('is asked with for a token, and its outcomes go to the gradebook that the server names', async () => {
    leave({ tokenUrl: '/launches/token', launch: 'abc' });
    const lrs = new StubLrs();
    const told: unknown[] = [];
    const send: typeof fetch = (url, init) => {
      if (String(url).endsWith('/launches/token')) {
        told.push(new Headers(init?.headers).get('Authorization'));
        return Promise.resolve(Response.json({
          token: 'short', expires: '2099-01-01T00:00:00Z', endpoint: ENDPOINT, actor: ACTOR, registration: crypto.randomUUID(), returnUrl: 'https://lms.example/back', outcomesUrl: `${ENDPOINT}outcomes`,
        }));
      }
      if (!String(url).endsWith('/outcomes')) return lrs.fetch(url, init);
      told.push(JSON.parse(String(init?.body)));
      return Promise.resolve(new Response(null, { status: 204 }));
    };
    const connection = await ltiPlugin({ fetch: send }).connect({ course });
    expect([connection.plugin, connection.returnUrl, connection.capabilities.report]).to.deep.equal(['lti', 'https://lms.example/back', true]);
    const outcome = { completed: true, success: 'passed' as const, score: { scaled: 0.9 }, progress: 1, seconds: 5 };
    await connection.report(outcome);
    expect(told).to.deep.equal(['Bearer abc', outcome]);
    await connection.close();
  });
});
