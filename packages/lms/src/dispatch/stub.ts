import { runStub } from './run-stub.js';

void runStub(document);
