import '@lectern/components/simulation-viewer/define';
import type { SimulationViewer } from '@lectern/components/simulation-viewer';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { smallSimulation } from '../packages/components/src/simulation-viewer/simulation-viewer.fixture.js';
import { answer, dark, demoUrl, never, offline, ownPage, status, withoutWebGl } from './environment.js';

type Story = StoryObj<SimulationViewer>;

const urlOf = (value: unknown): string => `data:application/json,${encodeURIComponent(JSON.stringify(value))}`;
const demo = demoUrl('simulation/simulation.json');
/** Three steps, one of each kind. Its parts are not the model's: for stories without a picture. */
const small = (change: object = {}): string =>
  urlOf({ ...smallSimulation(), model: { src: demoUrl('simulation/model.glb'), alt: { en: 'A machine with a key, a dial and a lever', 'zh-CN': '带有钥匙、旋钮和手柄的机器' } }, ...change });

const viewer = (src: string): TemplateResult => html`<simulation-viewer src=${src}></simulation-viewer>`;

/** Until something about the element is so. By the clock: while shaders are compiled there are no animation frames. */
async function until(element: SimulationViewer, holds: () => boolean): Promise<void> {
  while (!holds()) {
    await element.updateComplete;
    await new Promise((next) => setTimeout(next, 20));
  }
  await element.updateComplete;
}

/** The viewer of a story, once its simulation is there. */
async function ready(canvas: HTMLElement): Promise<SimulationViewer> {
  const element = canvas.querySelector('simulation-viewer')!;
  await until(element, () => element.simulation !== undefined);
  return element;
}

/** The viewer of a story, once its picture is there too. */
async function drawn(canvas: HTMLElement): Promise<SimulationViewer> {
  const element = await ready(canvas);
  await until(element, () => element.renderRoot.querySelector('.tools, .without') !== null);
  return element;
}

async function press(element: SimulationViewer, ...selectors: string[]): Promise<void> {
  for (const selector of selectors) {
    element.renderRoot.querySelector<HTMLElement>(selector)!.click();
    await element.updateComplete;
  }
}

/** With the lathe's model, settled once it is drawn. */
const picture = {
  render: () => viewer(demo),
  async play({ canvasElement }) {
    await drawn(canvasElement);
  },
} satisfies Story;

/** In a browser that has no 3D: the element's words and controls, without the wait for a model. */
const withoutPicture = {
  render: () => viewer(small()),
  beforeEach: () => withoutWebGl(),
  parameters: ownPage('44rem'),
  async play({ canvasElement }) {
    await ready(canvasElement);
  },
} satisfies Story;

const part = (number: number): string => `.parts li:nth-child(${number}) button`;

const meta: Meta<SimulationViewer> = {
  title: 'Simulation viewer',
  component: 'simulation-viewer',
};
export default meta;

/** The lathe of the demo: fifteen steps. Turn the model, or use the list of parts. */
export const Default: Story = { ...picture };

/** Under way: time, points, the steps done, the hint. */
export const Running: Story = {
  ...picture,
  async play({ canvasElement }) {
    const element = await drawn(canvasElement);
    element.start();
    await element.updateComplete;
    await press(element, '[part~=hint-button]');
  },
};

/** No WebGL: the list of parts is all one needs. */
export const WithoutPicture: Story = { ...withoutPicture };

/** A step in which something is set. */
export const Setting: Story = {
  ...withoutPicture,
  async play({ canvasElement }) {
    const element = await ready(canvasElement);
    element.start();
    await element.updateComplete;
    await press(element, part(1), part(2));
  },
};

/** A step in which one of several things is chosen. */
export const Choosing: Story = {
  ...withoutPicture,
  render: () => viewer(small({ steps: [(smallSimulation()['steps'] as object[])[2]] })),
  async play({ canvasElement }) {
    const element = await ready(canvasElement);
    element.start();
    await element.updateComplete;
    await press(element, part(3));
  },
};

/** A wrong part: what it was, and what it cost. */
export const Wrong: Story = {
  ...withoutPicture,
  async play({ canvasElement }) {
    const element = await ready(canvasElement);
    element.start();
    await element.updateComplete;
    await press(element, part(3));
  },
};

/** The time stands still. */
export const Paused: Story = {
  ...withoutPicture,
  async play({ canvasElement }) {
    const element = await ready(canvasElement);
    element.start();
    element.pause();
  },
};

/** The end, step by step. */
export const Result: Story = {
  ...withoutPicture,
  render: () => viewer(small({ steps: [(smallSimulation()['steps'] as object[])[0]] })),
  async play({ canvasElement }) {
    const element = await ready(canvasElement);
    element.start();
    await element.updateComplete;
    await press(element, part(2), part(1));
  },
};

/** The time limit ended it. */
export const TimeIsUp: Story = {
  ...withoutPicture,
  render: () => viewer(small({ timeLimitSeconds: 0.2 })),
  async play({ canvasElement }) {
    const element = await ready(canvasElement);
    element.start();
    await until(element, () => element.state?.status === 'finished');
  },
};

/** While the description is on its way. */
export const Loading: Story = {
  render: () => viewer('/slow/simulation.json'),
  beforeEach: () => answer('/slow/', never),
  parameters: ownPage('28rem'),
};

/** No address yet. */
export const Empty: Story = { render: () => html`<simulation-viewer></simulation-viewer>` };

/** A description that breaks the format: code and place for whoever made the page. */
export const Invalid: Story = { render: () => viewer(small({ passingScore: 80 })) };

/** The server does not answer as it should; a retry is at hand. */
export const Unreachable: Story = {
  render: () => viewer('/broken/simulation.json'),
  beforeEach: () => answer('/broken/', status(503)),
  parameters: ownPage('14rem'),
};

/** The network is away before anything could be read. */
export const Offline: Story = {
  render: () => viewer('/away/simulation.json'),
  beforeEach: () => offline('/away/'),
  parameters: ownPage('14rem'),
};

/** Long titles and instructions. */
export const LongText: Story = {
  ...withoutPicture,
  render: () => {
    const words = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft and everything that goes with it ';
    const [first, ...rest] = smallSimulation()['steps'] as object[];
    return viewer(small({ title: words.repeat(2), description: words.repeat(8), steps: [{ ...first, title: words, instruction: words.repeat(6) }, ...rest] }));
  },
  async play({ canvasElement }) {
    (await ready(canvasElement)).start();
  },
};

/** A phone's width. */
export const Narrow: Story = { ...picture, render: () => html`<div style="max-inline-size: 328px">${viewer(demo)}</div>` };

/** In Chinese, whatever the page speaks. */
export const Chinese: Story = { ...picture, render: () => html`<div lang="zh-CN">${viewer(demo)}</div>` };

/** In a page that runs from right to left; the model does not turn over. */
export const RightToLeft: Story = { ...picture, render: () => html`<div dir="rtl">${viewer(demo)}</div>` };

/** On a dark part of a page. */
export const Dark: Story = { ...picture, render: () => dark(viewer(demo)) };
