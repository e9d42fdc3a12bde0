export type { Problem } from './problem.js';
export { validatePackage, type Validation } from './validate-package.js';
