import { parseCourse, parseXml, readCourseStructure, readScormManifest, readTincan } from '@lectern/courseware';
import type { Course } from '@lectern/core';

export { parseCourse };

/**
 * Reads a manifest that stands on the web by itself: `imsmanifest.xml`, `cmi5.xml` or `tincan.xml`, known by its root element.
 * @throws PackageError
 */
export async function parseManifest(xml: string, url: string): Promise<Course> {
  const root = await parseXml(xml, { file: url });
  const options = { id: url.replace(/[?#].*$/, ''), file: url };
  switch (root.name) {
    case 'courseStructure':
      return readCourseStructure(root, options).course;
    case 'tincan':
      return readTincan(root, options).course;
    default:
      return readScormManifest(root, options).course;
  }
}
