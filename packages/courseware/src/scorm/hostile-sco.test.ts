import { aTimeout, expect, waitUntil } from '@open-wc/testing';
import { SCORM_STATE_ID } from './document.js';
import { Stage, type Sco } from './scorm-stage.fixture.js';

describe('a SCO that misbehaves', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(() => stage.remove());

  const open = (does: string, { silence, to = '' }: { silence?: number; to?: string } = {}): Promise<Sco> =>
    stage.open({ unit: { href: `hostile-sco.fixture.html?${new URLSearchParams({ does, to })}` }, ...(silence === undefined ? {} : { silence }) });
  const kept = (): string => JSON.stringify([...stage.documents].filter(([name]) => name.endsWith(SCORM_STATE_ID)));
  /** The next SCO is none the worse for it. */
  const goesOn = async (): Promise<void> => {
    const before = stage.statements.length;
    const sco = await stage.open({ boot: [['LMSInitialize', '']], unit: { id: 'other' } });
    await waitUntil(() => stage.statements.length > before);
    expect(await sco.call(['LMSCommit', ''])).to.deep.equal(['true']);
    await sco.running.close();
  };

  it('that throws before it calls Initialize: the player is told that nothing is recorded', async () => {
    const sco = await open('throws', { silence: 50 });
    await waitUntil(() => stage.notices.length > 0);
    expect(stage.notices).to.deep.equal([{ code: 'content-silent', over: false }]);
    expect(stage.verbs()).to.deep.equal([]);
    await sco.running.close();
    expect(stage.failures).to.deep.equal([]);
    await goesOn();
  });

  it('that calls Initialize late: the warning is taken back, or never given', async () => {
    const sco = await open('late', { silence: 0 });
    await waitUntil(() => stage.verbs().includes('initialized'));
    expect(stage.notices.at(-1)).to.not.deep.equal({ code: 'content-silent', over: false });
    await sco.running.close();
  });

  it('that goes to another site: what it set is kept, and the player is told', async () => {
    const sco = await open('leaves', { to: `${location.origin}/packages/courseware/src/frame/page.fixture.html` });
    await waitUntil(() => stage.notices.length > 0);
    expect(stage.notices).to.deep.equal([{ code: 'content-left', over: false }]);
    await waitUntil(() => kept().includes('page 7'));
    await sco.running.close();
    expect(stage.verbs()).to.deep.equal(['initialized', 'suspended', 'terminated']);
    await goesOn();
  });

  it('of several pages is no such: each finds the API, and the session goes on', async () => {
    const sco = await open('pages');
    await waitUntil(() => stage.verbs().includes('completed'));
    expect(stage.notices).to.deep.equal([]);
    expect(kept()).to.include('page 2');
    await sco.running.close();
  });

  it('that tries top.location, the page above and its window gets nothing', async () => {
    const title = document.title;
    const sco = await open('breaksOut');
    await waitUntil(() => kept().includes('Error'));
    expect(kept().match(/SecurityError/g)!.length).to.be.at.least(2);
    expect(document.title).to.equal(title);
    await sco.running.close();
    await goesOn();
  });

  it('that storms SetValue is recorded once', async () => {
    const sco = await open('storms');
    await waitUntil(() => stage.verbs().includes('completed'));
    expect(stage.verbs()).to.deep.equal(['initialized', 'completed']);
    expect(kept()).to.include('19999 x');
    await sco.running.close();
  });

  it('that forges messages is heard by nobody', async () => {
    const sco = await open('forges');
    await waitUntil(() => kept().includes('incomplete'));
    await aTimeout(0);
    expect(stage.failures).to.deep.equal([]);
    expect(stage.verbs()).to.deep.equal(['initialized']);
    await sco.running.close();
  });

  it('that calls on after LMSFinish changes nothing', async () => {
    const sco = await open('afterFinish');
    await waitUntil(() => stage.verbs().includes('terminated'));
    await sco.running.close();
    expect(stage.verbs()).to.deep.equal(['initialized', 'completed', 'terminated']);
    expect(kept()).to.not.include('failed');
  });
});
