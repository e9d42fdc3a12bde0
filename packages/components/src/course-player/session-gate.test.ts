import { expect } from '@open-wc/testing';
import { courseOf, MemoryHost, video } from './memory-host.fixture.js';
import { SessionGate } from './session-gate.js';

describe('SessionGate', () => {
  const course = courseOf(video('v'));

  it('keeps what happens before the session opens, with its time, and lets it through in order', async () => {
    const host = new MemoryHost();
    const gate = new SessionGate(course);
    const before = Date.now();
    expect(gate.dispatch({ type: 'initialized', unitId: 'v', length: 60 })).to.equal(undefined);
    gate.dispatch({ type: 'played', unitId: 'v', time: 0 });
    for (let time = 0.25; time <= 20; time += 0.25) gate.dispatch({ type: 'ticked', unitId: 'v', time });
    gate.dispatch({ type: 'paused', unitId: 'v', time: 20 });
    let opened = 0;
    await gate.open(() => host.connect(course), () => (opened = host.statements.length + 1));
    expect(opened, 'onOpen comes before the first statement').to.equal(1);
    expect(host.verbs).to.deep.equal(['initialized', 'played', 'paused']);
    expect(Date.parse(host.statements[0]!.timestamp)).to.be.within(before - 1, Date.now());
    expect(gate.session!.getState().units['v']!.segments).to.deep.equal([[0, 20]]);
    expect((await gate.opened) === gate.session).to.equal(true);
  });

  it('forgets the unit that was opened in advance and was the wrong one', async () => {
    const host = new MemoryHost();
    const gate = new SessionGate(course);
    gate.dispatch({ type: 'initialized', unitId: 'v' });
    await gate.open(() => host.connect(course), () => gate.forget('v'));
    expect(host.statements).to.have.length(0);
  });

  it('loses nothing when the first attempt fails', async () => {
    const host = new MemoryHost();
    host.fault = new Error('no network');
    const gate = new SessionGate(course);
    gate.dispatch({ type: 'initialized', unitId: 'v' });
    await gate.open(() => host.connect(course), () => undefined);
    expect(gate.state).to.equal('failed');
    expect(gate.error!.code).to.equal('session-failed');
    expect(gate.error!.cause).to.equal(host.fault);
    gate.dispatch({ type: 'played', unitId: 'v', time: 0 });
    host.fault = undefined;
    await gate.open(() => host.connect(course), () => undefined);
    expect(gate.state).to.equal('open');
    expect(host.verbs).to.deep.equal(['initialized', 'played']);
  });
});
