export { hostLearning, type HostedLearning, type HostLearningOptions } from './host-learning.js';
