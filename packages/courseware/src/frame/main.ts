import { runFrame } from './run-frame.js';

void runFrame(window);
