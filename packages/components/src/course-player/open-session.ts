/** What a session needs, apart from the player: the rules and the statements' tables are not in the way of a video that is to play. */
export { openSession } from '@lectern/core';
export { EventKeeper } from './kept-events.js';
