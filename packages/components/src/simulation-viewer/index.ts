export { SimulationViewer } from './simulation-viewer.js';
export { SimulationEndEvent, SimulationStepEvent } from './simulation-viewer.events.js';
export { SimulationViewerError, type SimulationViewerErrorCode } from './simulation-viewer-error.js';
export type { SimulationOutlet } from './simulation-outlet.js';
