import '@lectern/components/simulation-viewer/define';
import type { SimulationViewer } from '@lectern/components/simulation-viewer';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { smallSimulation } from '../packages/components/src/simulation-viewer/simulation-viewer.fixture.js';
import lathe from '../packages/server/demo/simulation/simulation.json' with { type: 'json' };

type Story = StoryObj<SimulationViewer>;

const urlOf = (value: unknown): string => `data:application/json,${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`;
const withModel = (): string => urlOf({ ...lathe, model: { ...lathe.model, src: new URL('../packages/server/demo/simulation/model.glb', import.meta.url).href } });
/** Its model is not there: what a browser without WebGL shows, too. */
const withoutModel = (change: object = {}): string => urlOf({ ...smallSimulation(), model: { src: `${location.origin}/no-such-model.glb`, alt: 'A machine with a key, a dial and a lever' }, ...change });

const viewer = (src: string): TemplateResult => html`<simulation-viewer src=${src}></simulation-viewer>`;

/** The viewer of a story, once its simulation is there. */
async function ready(canvas: HTMLElement): Promise<SimulationViewer> {
  const element = canvas.querySelector('simulation-viewer')!;
  while (!element.simulation) await new Promise((resolve) => setTimeout(resolve, 20));
  await element.updateComplete;
  return element;
}

async function press(element: SimulationViewer, ...selectors: string[]): Promise<void> {
  for (const selector of selectors) {
    element.renderRoot.querySelector<HTMLElement>(selector)!.click();
    await element.updateComplete;
  }
}

const part = (number: number): string => `.parts li:nth-child(${number}) button`;

const meta: Meta<SimulationViewer> = {
  title: 'Simulation viewer',
  component: 'simulation-viewer',
};
export default meta;

/** The lathe of the demo: fifteen steps. Turn the model, or use the list of parts. */
export const Default: Story = { render: () => viewer(withModel()) };

/** Under way: time, points, the steps done, the hint. */
export const Running: Story = {
  render: () => viewer(withModel()),
  async play({ canvasElement }) {
    const element = await ready(canvasElement);
    element.start();
    await element.updateComplete;
    await press(element, '[part~=hint-button]');
  },
};

/** No WebGL, or no model: the list of parts is all one needs. */
export const WithoutPicture: Story = { render: () => viewer(withoutModel()) };

/** A step in which something is set. */
export const Setting: Story = {
  render: () => viewer(withoutModel()),
  async play({ canvasElement }) {
    const element = await ready(canvasElement);
    element.start();
    await element.updateComplete;
    await press(element, part(1), part(2));
  },
};

/** A wrong part: what it was, and what it cost. */
export const Wrong: Story = {
  render: () => viewer(withoutModel()),
  async play({ canvasElement }) {
    const element = await ready(canvasElement);
    element.start();
    await element.updateComplete;
    await press(element, part(3));
  },
};

export const Paused: Story = {
  render: () => viewer(withoutModel()),
  async play({ canvasElement }) {
    const element = await ready(canvasElement);
    element.start();
    element.pause();
  },
};

/** The end, step by step. */
export const Result: Story = {
  render: () => viewer(withoutModel({ steps: [(smallSimulation()['steps'] as object[])[0]] })),
  async play({ canvasElement }) {
    const element = await ready(canvasElement);
    element.start();
    await element.updateComplete;
    await press(element, part(2), part(1));
  },
};

/** The time limit ended it. */
export const TimeIsUp: Story = {
  render: () => viewer(withoutModel({ timeLimitSeconds: 0.2 })),
  async play({ canvasElement }) {
    const element = await ready(canvasElement);
    element.start();
    await new Promise((resolve) => setTimeout(resolve, 1200));
  },
};

/** A description that breaks the format: code and place for whoever made the page. */
export const Invalid: Story = { render: () => viewer(withoutModel({ passingScore: 80 })) };

export const Unreachable: Story = { render: () => viewer('/no-such-simulation.json') };

/** Long titles and instructions. */
export const LongText: Story = {
  render: () => {
    const words = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft and everything that goes with it ';
    const [first, ...rest] = smallSimulation()['steps'] as object[];
    return viewer(withoutModel({ title: words.repeat(2), description: words.repeat(8), steps: [{ ...first, title: words, instruction: words.repeat(6) }, ...rest] }));
  },
  async play({ canvasElement }) {
    (await ready(canvasElement)).start();
  },
};

/** A phone's width. */
export const Narrow: Story = { render: () => html`<div style="max-inline-size: 328px">${viewer(withModel())}</div>` };

export const Chinese: Story = { render: () => html`<div lang="zh-CN">${viewer(withModel())}</div>` };

export const RightToLeft: Story = { render: () => html`<div dir="rtl">${viewer(withoutModel())}</div>` };

export const Dark: Story = { render: () => viewer(withModel()), globals: { theme: 'dark' } };
