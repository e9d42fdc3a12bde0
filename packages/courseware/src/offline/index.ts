export { sha256Hex } from '../digest.js';
export { fetchFileList } from './fetch-list.js';
export { readFileList, type FileList, type ListedFile } from './file-list.js';
export { readBundleFiles } from './bundle-files.js';
export { KeepError, readKeepError, type KeepErrorCode } from './keep-error.js';
export { KeptStore, type KeepOptions, type KeepPlan, type KeepProgress, type KeptEntry, type KeptMode } from './kept-store.js';
export type { PageQuestion } from './page-question.js';
