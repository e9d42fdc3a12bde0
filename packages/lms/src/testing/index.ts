export { checkConformance, conformanceTests } from './conformance.js';
export * from './place.js';
