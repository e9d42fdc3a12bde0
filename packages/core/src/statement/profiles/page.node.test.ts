import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Course, Unit } from '../../course/index.js';
import { createSession } from '../../session/session.js';
import { COURSE, fakeClock, fakeConnection, UNITS } from '../../session/session.fixture.js';
import { EXTENSIONS } from '../vocabulary.js';

function policyOf(unit: Unit, format: Course['format'] = 'course'): unknown {
  const connection = fakeConnection();
  const session = createSession({ course: { ...COURSE, format, children: [unit] }, connection, clock: fakeClock() });
  session.dispatch({ unitId: unit.id, type: 'initialized' });
  session.dispatch({ unitId: unit.id, type: 'completed' });
  const [initialized, completed] = connection.statements;
  assert.equal(initialized!.context?.extensions?.[EXTENSIONS.completionPolicy], undefined);
  return completed!.context?.extensions?.[EXTENSIONS.completionPolicy];
}

it('a completion of content that speaks no standard says by what policy, and whose', () => {
  assert.deepEqual(policyOf({ ...UNITS.html, completion: { policy: 'time', seconds: 90 } } as Unit), { policy: 'time', seconds: 90, declaredBy: 'course' });
  assert.deepEqual(policyOf({ ...UNITS.html, completion: { policy: 'scrolled', fraction: 0.9 } } as Unit), { policy: 'scrolled', fraction: 0.9, declaredBy: 'course' });
  assert.deepEqual(policyOf({ ...UNITS.html, completion: { policy: 'visited' } } as Unit, 'imscc'), { policy: 'visited', declaredBy: 'import' });
  assert.deepEqual(policyOf(UNITS.link), { policy: 'visited', declaredBy: 'default' });
  const { completion: _completion, ...h5p } = UNITS.h5p as Unit & { readonly kind: 'h5p' };
  assert.deepEqual(policyOf(h5p as Unit), { policy: 'reported', declaredBy: 'default' });
  assert.equal(policyOf(UNITS.scorm), undefined);
});
