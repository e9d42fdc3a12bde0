import { StatementFeed } from './statement-feed.js';

// A page may load the script twice.
if (!customElements.get('statement-feed')) customElements.define('statement-feed', StatementFeed);
