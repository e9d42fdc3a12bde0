import { conformanceTests } from './index.js';
import * as places from './places.fixture.js';
import type { PlaceUnderTest } from './place.js';

const BUILT_IN: readonly (readonly [string, () => PlaceUnderTest])[] = [
  ['xapiPlugin', places.xapiPlace],
  ['xapiPlugin with a gradebook', places.xapiOutcomesPlace],
  ['fanOutPlugin', places.fanOutPlace],
  ['cmi5Plugin', places.cmi5Place],
  ['xapiLaunchPlugin', places.xapiLaunchPlace],
  ['ltiPlugin', places.ltiPlace],
  ['parentPlugin', places.parentPlace],
  ['fetchPlugin', places.fetchPlace],
  ['scorm12Plugin', () => places.scormPlace('1.2')],
  ['scorm2004Plugin', () => places.scormPlace('2004')],
  ['scorm12Plugin in an odd LMS', () => places.scormPlace('1.2', true)],
  ['scorm2004Plugin in an odd LMS', () => places.scormPlace('2004', true)],
];

for (const [plugin, place] of BUILT_IN) {
  describe(`${plugin} conforms`, () => {
    for (const { area, name, run } of conformanceTests({ place })) {
      it(`${area}: ${name}`, async function () {
        if ((await run()) === 'skipped') this.skip();
      });
    }
  });
}
