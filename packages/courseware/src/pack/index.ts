export { createCrc32, type Crc32 } from './crc32.js';
export { packCourse, type CourseContent } from './pack-course.js';
export { PACK_TARGETS, type PackFile, type PackOptions, type PackProgress, type PackResult, type PackSplit, type PackTarget, type PlayerFiles } from './pack-options.js';
export { writeZip, type WriteZipOptions, type ZipInput, type ZipSink } from './zip-writer.js';
export { DISPATCH_TARGETS, packDispatch, type DispatchedCourse, type DispatchTarget, type PackDispatchOptions } from './pack-dispatch.js';
export { originsOf } from './unit-urls.js';
