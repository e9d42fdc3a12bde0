import { setCustomElementsManifest, type Preview } from '@storybook/web-components-vite';
import manifest from '../packages/components/custom-elements.json' with { type: 'json' };

setCustomElementsManifest(manifest);

/** What a host page would set: the components read language, direction and colour scheme from the document. */
function dressDocument({ locale, direction, theme }: Record<string, string>): void {
  const { documentElement } = document;
  documentElement.lang = locale ?? 'en';
  documentElement.dir = direction ?? 'ltr';
  documentElement.dataset['theme'] = theme ?? 'light';
  documentElement.style.colorScheme = theme ?? 'light';
  document.body.style.background = 'Canvas';
  document.body.style.color = 'CanvasText';
}

/** What can be set on an element is worth a control; what it fires, takes in or lets be styled is only to be read about. */
const READ_ONLY = new Set(['css shadow parts', 'css custom properties', 'css states', 'events', 'slots', 'methods']);

const preview: Preview = {
  argTypesEnhancers: [
    ({ argTypes }) =>
      Object.fromEntries(Object.entries(argTypes).map(([name, type]) => [name, READ_ONLY.has(type.table?.category ?? '') ? { ...type, control: { disable: true } } : type])),
  ],
  tags: ['autodocs'],
  globalTypes: {
    locale: {
      description: 'Language of the page',
      toolbar: { icon: 'globe', dynamicTitle: true, items: [{ value: 'en', title: 'English' }, { value: 'zh-CN', title: '简体中文' }] },
    },
    direction: {
      description: 'Text direction',
      toolbar: { icon: 'transfer', dynamicTitle: true, items: [{ value: 'ltr', title: 'Left to right' }, { value: 'rtl', title: 'Right to left' }] },
    },
    theme: {
      description: 'Colour scheme',
      toolbar: { icon: 'contrast', dynamicTitle: true, items: [{ value: 'light', title: 'Light' }, { value: 'dark', title: 'Dark' }] },
    },
  },
  initialGlobals: { locale: 'en', direction: 'ltr', theme: 'light' },
  decorators: [
    (story, { globals }) => {
      dressDocument(globals as Record<string, string>);
      return story();
    },
  ],
  parameters: {
    controls: { expanded: true },
    // scripts/story-smoke.mjs fails on a violation; a story that must switch a rule off says why in `parameters.a11y.reason`.
    a11y: { test: 'error' },
    options: { storySort: { order: ['Course player', 'Simulation viewer', 'Credit tracker', 'Statement feed', 'Learning session'] } },
  },
};

export default preview;
