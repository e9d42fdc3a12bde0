export * from './duration.js';
export * from './language.js';
export * from './profile.js';
export * from './profiles/index.js';
export * from './score.js';
export * from './statement.js';
export * from './to-statements.js';
export * from './vocabulary.js';
