export { readCourseStructure } from './cmi5/course-structure.js';
export { parseCourse, parseCourseText, type ParseCourseOptions } from './course/parse-course.js';
export * from './package/index.js';
export { readCartridge } from './imscc/cartridge.js';
export { readImsManifest } from './package/ims-manifest.js';
export { readScormManifest } from './scorm/manifest.js';
export { readTincan } from './xapi/tincan.js';
export * from './pack/index.js';
export * from './validate/index.js';
