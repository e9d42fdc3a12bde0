export { runtimeMsg } from '@lit/localize/internal/runtime-msg.js';
export { templates } from '../locales/generated/zh-CN.js';
