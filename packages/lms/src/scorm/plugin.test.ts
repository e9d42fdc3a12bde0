import { expect } from '@open-wc/testing';
import { createSession, openSession, type Course } from '@lectern/core';
import * as scorm12 from 'scorm-again/scorm12';
import * as scorm2004 from 'scorm-again/scorm2004';
import { chooseLms } from '../plugin/index.js';
import { scorm12Plugin, scorm2004Plugin } from './index.js';

const course: Course = {
  id: 'https://courses.example/knots', title: '绳结', format: 'course',
  children: [
    { type: 'unit', kind: 'video', id: 'watch', title: 'Watch', moveOn: 'Completed', sources: [{ src: 'a.mp4' }] },
    { type: 'unit', kind: 'simulation', id: 'tie', title: 'Tie', moveOn: 'Passed', src: 's.json' },
  ],
};

interface Lms {
  readonly cmi: { suspend_data: string; readonly core: { lesson_status: string }; completion_status: string };
  loadFromJSON(json: object): void;
  renderCMIToJSONObject(): object;
}

// Its types declare a default export; its modules have named ones.
type Constructor = new (settings: object) => unknown;
const { Scorm12API } = scorm12 as unknown as { readonly Scorm12API: Constructor };
const { Scorm2004API } = scorm2004 as unknown as { readonly Scorm2004API: Constructor };

/** Two launches of one course in an LMS that is scorm-again, a runtime nobody here wrote. */
for (const [version, plugin, name, Api] of [['1.2', scorm12Plugin, 'API', Scorm12API], ['2004', scorm2004Plugin, 'API_1484_11', Scorm2004API]] as const) {
  describe(`a session in a SCORM ${version} LMS`, () => {
    const host = window as unknown as Record<string, unknown>;
    afterEach(() => delete host[name]);

    it('comes home, and is taken up again', async () => {
      const lms = new Api({ autocommit: false, logLevel: 5 }) as unknown as Lms;
      host[name] = lms;
      const { plugin: chosen, trials } = await chooseLms([plugin()]);
      expect(trials[0]!.why).to.contain('this window');
      const connection = await chosen!.connect({ course });
      const session = createSession({ course, connection });
      session.dispatch({ unitId: 'watch', type: 'initialized', length: 100 });
      const { recorded } = session.dispatch({ unitId: 'watch', type: 'completed' });
      await recorded[0]!.receipt.reached('stored');
      session.dispatch({ unitId: 'watch', type: 'terminated' });
      await connection.close();

      const again = new Api({ autocommit: false, logLevel: 5 }) as unknown as Lms;
      again.loadFromJSON(lms.renderCMIToJSONObject());
      expect(again.cmi.suspend_data).to.equal(lms.cmi.suspend_data);
      expect(lms.cmi.suspend_data).to.match(/^L1\./);
      host[name] = again;
      const next = await openSession({ course, connection: await plugin().connect({ course }) });
      expect(next.getState().units['watch']?.completed).to.equal(true);
      expect(next.getState().registration).to.equal(connection.registration);
      next.dispatch({ unitId: 'tie', type: 'initialized' });
      next.dispatch({ unitId: 'tie', type: 'scored', score: { raw: 18, min: 0, max: 20 } });
      next.dispatch({ unitId: 'tie', type: 'passed', score: { raw: 18, min: 0, max: 20, scaled: 0.9 } });
      await next.connection.report({ completed: true, success: 'passed', score: { scaled: 0.9 }, progress: 1, seconds: 9 });
      expect(version === '1.2' ? again.cmi.core.lesson_status : again.cmi.completion_status).to.equal(version === '1.2' ? 'passed' : 'completed');
      await next.connection.close();
    });
  });
}
