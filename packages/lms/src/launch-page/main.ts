import { runLaunchPage } from './run-launch-page.js';

void runLaunchPage(document);
