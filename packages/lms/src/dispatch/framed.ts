import { runFramed } from './run-framed.js';

void runFramed(document);
