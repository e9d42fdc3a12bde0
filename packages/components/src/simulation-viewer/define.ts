import { SimulationViewer } from './simulation-viewer.js';

// A page may load the script twice.
if (!customElements.get('simulation-viewer')) customElements.define('simulation-viewer', SimulationViewer);
