/** The light build has no types of its own; it is the same but for what it leaves out. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
