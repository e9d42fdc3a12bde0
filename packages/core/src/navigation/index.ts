export * from './free-navigation.js';
export * from './navigation.js';
export * from './opened-activity.js';
export * from './ordered-navigation.js';
