import { defineElements } from '@lectern/components/vue';
import { createApp } from 'vue';
import App from './App.vue';

// Before Vue writes to them: it sets properties where an element has them, and attributes where it does not.
await defineElements('course-player', 'learning-session');
createApp(App).mount(document.body.appendChild(document.createElement('main')));
