import { CreditTracker } from './credit-tracker.js';

// A page may load the script twice.
if (!customElements.get('credit-tracker')) customElements.define('credit-tracker', CreditTracker);
