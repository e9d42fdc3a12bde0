import { aTimeout, expect, waitUntil } from '@open-wc/testing';
import { SCORM_STATE_ID } from './document.js';
import { Stage, type Sco, type StageOptions } from './scorm-stage.fixture.js';

describe('a SCO as authoring tools write them', function () {
  this.timeout(20_000);
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(() => stage.remove());

  const open = (as: string, version: NonNullable<StageOptions['version']> = '1.2'): Promise<Sco> => stage.open({ version, unit: { href: `authored-sco.fixture.html?as=${as}` } });
  const kept = (): string => JSON.stringify([...stage.documents].filter(([name]) => name.endsWith(SCORM_STATE_ID)));
  const completed = (): Promise<void> => waitUntil(() => stage.verbs().includes('completed'), 'completed', { timeout: 8000 });

  it('looks for the API of the other standard first, and is stopped by no window of another origin', async () => {
    const older = await open('both');
    await completed();
    expect(kept()).to.include('older');
    await older.running.close();
    stage.remove();
    stage = new Stage();
    const newer = await open('newer', '2004');
    await completed();
    expect(kept()).to.include('newer');
    await newer.running.close();
    expect(stage.failures).to.deep.equal([]);
  });

  it('runs in a window of its own that looks to its opener', async function () {
    // WebKit's driver cannot let windows open that no click asked for.
    const window = globalThis.open('about:blank', '', 'width=100,height=100');
    if (!window) return this.skip();
    window.close();
    const sco = await open('window');
    await completed();
    expect(kept()).to.include('"window"');
    await sco.running.close();
  });

  it('runs in frames in its page', async () => {
    const sco = await open('frames');
    await completed();
    await sco.running.close();
    expect(stage.verbs()).to.deep.equal(['initialized', 'completed', 'suspended', 'terminated']);
  });

  it('ends itself by every event there is: the first counts', async () => {
    const sco = await open('farewells');
    await waitUntil(() => stage.verbs().includes('initialized'));
    await sco.running.close();
    expect(kept()).to.match(/beforeunload|pagehide/).and.to.not.include('again');
    expect(stage.verbs()).to.deep.equal(['initialized', 'suspended', 'terminated']);
  });

  it('asks whether to go: the learner goes, and what it set counts', async () => {
    const sco = await open('asks');
    await waitUntil(() => stage.verbs().includes('initialized'));
    await sco.running.close();
    expect(kept()).to.include('"asked 1"');
    expect(stage.verbs()).to.deep.equal(['initialized', 'suspended', 'terminated']);
  });

  it('goes on to a page of its own when it has finished, and closes nothing', async () => {
    const sco = await open('leaves');
    await completed();
    await aTimeout(500);
    expect(stage.notices).to.deep.equal([]);
    expect(stage.failures).to.deep.equal([]);
    await sco.running.close();
    expect(stage.verbs()).to.deep.equal(['initialized', 'completed', 'terminated']);
  });
});
