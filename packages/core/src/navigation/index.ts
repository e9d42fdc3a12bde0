export * from './free-navigation.js';
export * from './navigation.js';
