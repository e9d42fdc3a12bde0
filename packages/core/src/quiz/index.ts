export * from './quiz.js';
export { parseQuiz } from './parse-quiz.js';
