export * from './answer.js';
export { parseQuiz } from './parse-quiz.js';
export * from './quiz.js';
export * from './quiz-attempt.js';
export * from './score-question.js';
export * from './to-interaction.js';
