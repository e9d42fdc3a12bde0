import { expect, oneEvent, waitUntil } from '@open-wc/testing';
import type { LecternErrorEvent } from '../internal/lectern-error-event.js';
import type { LearningStatementEvent } from '../internal/learning-statement-event.js';
import './define.js';
import type { SimulationViewer } from './simulation-viewer.js';
import { fakeHost, provide, smallSimulation, urlOf, verbsOf, type FakeHost } from './simulation-viewer.fixture.js';

const getContext = HTMLCanvasElement.prototype.getContext;
const withoutWebGl = (): void => {
  HTMLCanvasElement.prototype.getContext = () => null;
};

let places: HTMLElement[] = [];

async function show(options: { host?: FakeHost; src?: string; lang?: string; dir?: string } = {}): Promise<SimulationViewer> {
  const place = options.host ? provide(options.host) : document.body.appendChild(document.createElement('div'));
  places.push(place);
  place.lang = options.lang ?? 'en';
  if (options.dir) place.dir = options.dir;
  const viewer = document.createElement('simulation-viewer');
  viewer.src = options.src ?? urlOf(smallSimulation());
  place.append(viewer);
  await waitUntil(() => viewer.state !== undefined || find(viewer, '[part~=error]'), 'the viewer shows something');
  await viewer.updateComplete;
  return viewer;
}

const find = <E extends HTMLElement>(viewer: SimulationViewer, selector: string): E | null => viewer.renderRoot.querySelector<E>(selector);
const text = (viewer: SimulationViewer, selector: string): string => find(viewer, selector)?.textContent.replace(/\s+/g, ' ').trim() ?? '';
async function press(viewer: SimulationViewer, selector: string): Promise<void> {
  find(viewer, selector)!.click();
  await viewer.updateComplete;
}
const usePart = (viewer: SimulationViewer, index: number): Promise<void> => press(viewer, `.parts li:nth-child(${index + 1}) button`);

async function finish(viewer: SimulationViewer): Promise<void> {
  await usePart(viewer, 0);
  await usePart(viewer, 1);
  const dial = find<HTMLInputElement>(viewer, '#dial')!;
  dial.value = '0.3';
  dial.dispatchEvent(new Event('input'));
  await viewer.updateComplete;
  await press(viewer, '.dial [type=submit]');
  await usePart(viewer, 2);
  await press(viewer, '.option:nth-child(2)');
}

describe('<simulation-viewer>', () => {
  beforeEach(() => {
    places = [];
    withoutWebGl();
  });
  afterEach(() => {
    for (const place of places) place.remove();
    HTMLCanvasElement.prototype.getContext = getContext;
  });

  it('can be carried out from start to pass without a picture', async () => {
    const host = fakeHost();
    const viewer = await show({ host });
    expect(text(viewer, '.without')).to.contain('cannot be shown').and.to.contain('A machine with a key');
    expect(host.statements, 'showing it is not opening it').to.be.empty;
    await press(viewer, '[part~=start]');
    const ended = oneEvent(viewer, 'lectern-simulation-end');
    await finish(viewer);
    const { passed, score, outcome } = (await ended) as unknown as { passed: boolean; score: { raw: number }; outcome: string };
    expect({ passed, raw: score.raw, outcome }).to.deep.equal({ passed: true, raw: 20, outcome: 'completed' });
    expect(text(viewer, '[part~=result] .heading')).to.equal('Passed');
    expect(verbsOf(host)).to.deep.equal([
      'initialized', 'attempted',
      'used', 'completed', 'attempted', 'progressed',
      'used', 'used', 'completed', 'attempted', 'progressed',
      'used', 'used', 'completed', 'progressed', 'scored', 'passed', 'completed',
    ]);
    const [first] = host.statements.filter(({ verb }) => verb.id.endsWith('/completed'));
    expect(first!.result?.score).to.deep.equal({ raw: 10, min: 0, max: 10, scaled: 1 });
  });

  it('fires every statement with its live receipt, and without a session says that nothing is recorded', async () => {
    const viewer = await show();
    expect(text(viewer, '.panel')).to.contain('Nothing is recorded');
    const event = oneEvent(document.body, 'learning-statement');
    viewer.start();
    const { statement, receipt } = (await event) as unknown as LearningStatementEvent;
    expect(statement.verb.id).to.match(/initialized$/);
    expect(receipt.status).to.equal('pending');
  });

  it('tells of wrong parts, values and answers, and takes the points', async () => {
    const viewer = await show();
    viewer.start();
    await viewer.updateComplete;
    await usePart(viewer, 2);
    expect(text(viewer, '[part~=feedback]')).to.equal('Lever is not what this step needs. 4 points lost.');
    expect(text(viewer, '[role=status]')).to.contain('Lever is not what this step needs');
    await usePart(viewer, 0);
    expect(text(viewer, '[part~=feedback]')).to.contain('6 points.').and.to.contain('Nothing moves without it.');
    await press(viewer, '[part~=hint-button]');
    expect(text(viewer, '[part~=hint]')).to.equal('Like this.');
    await usePart(viewer, 1);
    await press(viewer, '.dial [type=submit]');
    expect(text(viewer, '[part~=feedback]')).to.contain('not the right value yet');
    expect(viewer.state!.steps[1]!.points).to.equal(3);
  });

  it('moves the control by its buttons in whole steps', async () => {
    const viewer = await show();
    viewer.start();
    await viewer.updateComplete;
    await usePart(viewer, 0);
    await usePart(viewer, 1);
    for (let count = 0; count < 3; count++) await press(viewer, '.slider button:last-child');
    expect(text(viewer, '.dial output')).to.equal('0.3 mm');
    expect(find(viewer, '#dial')!.getAttribute('aria-valuetext')).to.equal('0.3 mm');
    await press(viewer, '.dial [type=submit]');
    expect(viewer.state!.stepIndex).to.equal(2);
  });

  it('resumes on another page where the learner left, and tells suspension and resumption once each', async () => {
    const host = fakeHost();
    const src = urlOf(smallSimulation());
    const before = await show({ host, src });
    before.start();
    await before.updateComplete;
    await usePart(before, 0);
    before.remove();
    expect(verbsOf(host).slice(-2)).to.deep.equal(['suspended', 'terminated']);
    const again = fakeHost({ documents: host.documents });
    const after = await show({ host: again, src });
    expect(after.state!.status).to.equal('suspended');
    expect(text(after, '.panel .heading')).to.equal('Welcome back');
    await press(after, '[part~=resume]');
    expect(after.state!.stepIndex).to.equal(1);
    expect(verbsOf(again)).to.deep.equal(['initialized', 'resumed']);
  });

  it('begins anew where what was kept is of another version', async () => {
    const documents = new Map([['https://campus.example/simulations/small/simulation lectern.simulation', { procedure: { version: 1, simulation: 'other' } }]]);
    const viewer = await show({ host: fakeHost({ documents }) });
    expect(viewer.state!.status).to.equal('ready');
  });

  it('pauses, goes on, and starts over only when asked twice', async () => {
    const host = fakeHost();
    const viewer = await show({ host });
    viewer.start();
    await viewer.updateComplete;
    await press(viewer, '[part~=pause]');
    expect(viewer.state!.status).to.equal('paused');
    await press(viewer, '[part~=resume]');
    expect(verbsOf(host)).to.deep.equal(['initialized', 'attempted', 'suspended', 'resumed']);
    await press(viewer, '[part~=restart]');
    expect(viewer.state!.attempt).to.equal(1);
    await press(viewer, '.confirm');
    expect(viewer.state!).to.include({ attempt: 2, status: 'ready' });
  });

  it('moves the focus on when what had it is gone', async () => {
    const viewer = await show();
    find(viewer, '[part~=start]')!.focus();
    await press(viewer, '[part~=start]');
    expect((viewer.renderRoot as ShadowRoot).activeElement?.textContent).to.equal('Turn the key');
    await usePart(viewer, 0);
    await usePart(viewer, 1);
    expect((viewer.renderRoot as ShadowRoot).activeElement?.id).to.equal('dial');
  });

  for (const [name, body, code, field] of [
    ['no JSON', '{', 'simulation-invalid', undefined],
    ['a hostile model URL', { ...smallSimulation(), model: { src: 'javascript:alert(1)', alt: 'x' } }, 'simulation-invalid', 'model.src'],
    ['a step without a part', { ...smallSimulation(), steps: [{ ...(smallSimulation()['steps'] as object[])[0], action: { type: 'activate', part: 'nothing' } }] }, 'simulation-invalid', 'steps[0].action.part'],
  ] as const) {
    it(`shows what is wrong with ${name}, and tries again`, async () => {
      const faults: LecternErrorEvent[] = [];
      const listen = (event: LecternErrorEvent): unknown => faults.push(event);
      document.body.addEventListener('lectern-error', listen);
      const viewer = await show({ src: urlOf(body) });
      document.body.removeEventListener('lectern-error', listen);
      expect(faults[0]!.error).to.include({ code, ...(field === undefined ? {} : { field }) });
      expect(find(viewer, '[role=alert]')).to.exist;
      viewer.src = urlOf(smallSimulation());
      await waitUntil(() => viewer.state?.status === 'ready');
    });
  }

  it('says what to do when there is no simulation at the address', async () => {
    const viewer = await show({ src: '/no-such-simulation.json' });
    expect(text(viewer, '[role=alert]')).to.contain('could not be reached').and.to.contain('simulation-unreachable');
  });

  it('speaks Chinese in a Chinese place', async () => {
    const viewer = await show({ lang: 'zh-CN' });
    await waitUntil(() => text(viewer, '[part~=start]') === '开始操作');
    expect(text(viewer, '.title')).to.equal('小机器');
  });

  it('is accessible in every state', async function () {
    this.timeout(20_000);
    const viewer = await show({ dir: 'rtl' });
    await expect(viewer).to.be.accessible();
    viewer.start();
    await viewer.updateComplete;
    await usePart(viewer, 2);
    await expect(viewer).to.be.accessible();
    await usePart(viewer, 0);
    await usePart(viewer, 1);
    await expect(viewer).to.be.accessible();
    viewer.pause();
    await viewer.updateComplete;
    await expect(viewer).to.be.accessible();
    viewer.resume();
    await viewer.updateComplete;
    find<HTMLInputElement>(viewer, '#dial')!.value = '0.3';
    find(viewer, '#dial')!.dispatchEvent(new Event('input'));
    await viewer.updateComplete;
    await press(viewer, '.dial [type=submit]');
    await usePart(viewer, 2);
    await expect(viewer).to.be.accessible();
    await press(viewer, '.option:nth-child(2)');
    await expect(viewer).to.be.accessible();
  });
});

describe('<simulation-viewer> with a model', () => {
  it('shows it with hotspots, plays effects, survives a lost context, and frees it', async function () {
    this.timeout(60_000);
    const fixture = '/__fixtures__/gltf/Box.glb';
    if (!(await fetch(fixture, { method: 'HEAD' })).ok || !document.createElement('canvas').getContext('webgl2')) return this.skip();
    const simulation = smallSimulation();
    simulation['model'] = { ...(simulation['model'] as object), src: new URL(fixture, location.href).href };
    const viewer = await show({ src: urlOf(simulation) });
    await waitUntil(() => find(viewer, '.tools'), 'the model is there', { timeout: 40_000 });
    const hotspots = (): NodeListOf<HTMLElement> => viewer.renderRoot.querySelectorAll<HTMLElement>('model-viewer .hotspot');
    expect(hotspots().length).to.equal(3);
    await expect(viewer).to.be.accessible();
    viewer.start();
    await viewer.updateComplete;
    hotspots()[0]!.click();
    expect(viewer.state!.stepIndex).to.equal(1);
    const model = find(viewer, 'model-viewer')!;
    model.dispatchEvent(new CustomEvent('error', { detail: { type: 'webglcontextlost' } }));
    await viewer.updateComplete;
    expect(text(viewer, '.without')).to.contain('put the 3D picture away');
    await usePart(viewer, 1);
    expect(find(viewer, '#dial'), 'the procedure goes on').to.exist;
    viewer.remove();
    expect(model.isConnected).to.equal(false);
    for (const place of places) place.remove();
    return undefined;
  });
});
