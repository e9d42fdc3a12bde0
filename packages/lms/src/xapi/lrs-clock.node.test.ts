import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLrsClock, TOLERATED_SKEW, type LrsClock } from './lrs-clock.js';

const NOW = Date.parse('2026-11-23T10:00:00.000Z');

/** A page whose wall clock is `behind` the LRS's, and can be set. */
function begin(behind = 0) {
  let truth = NOW;
  let elapsed = 0;
  let ahead = -behind;
  const clock = createLrsClock({ wall: { now: () => truth + ahead }, elapsed: () => elapsed });
  return {
    clock,
    truth: () => truth,
    pass(milliseconds: number) {
      truth += milliseconds;
      elapsed += milliseconds;
    },
    /** As some browsers do it: their clock stands still while the machine sleeps. */
    sleep: (milliseconds: number) => (truth += milliseconds),
    set: (by: number) => (ahead += by),
    /** One request: there, and back with the LRS's time. */
    ask(there: number, back: number) {
      const sentAt = clock.page();
      this.pass(there);
      const date = new Date(truth).toUTCString();
      this.pass(back);
      clock.learn(date, sentAt, clock.page());
    },
  };
}

const errorOf = (clock: LrsClock, truth: number): number => clock.now() - truth;

describe("the LRS's clock", () => {
  it('is the page\'s until something is known, and while they agree', () => {
    const page = begin();
    assert.equal(page.clock.skew, undefined);
    assert.equal(errorOf(page.clock, NOW), 0);
    page.ask(40, 40);
    assert.equal(errorOf(page.clock, page.truth()), 0);
    const { offset, uncertainty } = page.clock.skew!;
    assert.ok(Math.abs(offset) <= uncertainty && uncertainty <= 540);
    const nearly = begin(TOLERATED_SKEW - 500);
    nearly.ask(10, 10);
    assert.equal(errorOf(nearly.clock, nearly.truth()), -(TOLERATED_SKEW - 500));
    assert.ok(nearly.clock.skew!.offset > 0, 'measured all the same');
  });

  for (const behind of [3_600_000, -3_600_000, 5_000, -5_000, 86_400_000 * 400]) {
    it(`corrects a page that is ${behind / 1000} s behind, never into the future of the LRS`, () => {
      const page = begin(behind);
      for (let i = 0; i < 40; i++) {
        // Half a minute there and back is as good as nothing; some are fast.
        const [there, back] = i % 5 === 0 ? [15_000, 15_000] : [37 * (i % 7), 23 * (i % 11)];
        page.ask(there, back);
        if (i === 0) continue;
        const error = errorOf(page.clock, page.truth());
        assert.ok(error <= 0, `${error} ms ahead`);
        assert.ok(error >= -2_600, `${error} ms behind`);
        page.pass(1_137);
      }
      const { offset, uncertainty } = page.clock.skew!;
      assert.ok(Math.abs(offset - behind) <= uncertainty, 'the truth is within the bounds');
      assert.ok(uncertainty < 300, 'many answers are closer than the best of them');
      assert.ok(errorOf(page.clock, page.truth()) > -600);
      assert.equal(page.clock.correct(page.clock.page() - 60_000), page.clock.now() - 60_000);
    });
  }

  it('goes on when the wall clock is set back', () => {
    const page = begin();
    page.ask(10, 10);
    page.pass(1_000);
    const before = page.clock.now();
    page.set(-3_600_000);
    page.pass(500);
    assert.equal(page.clock.now(), before + 500);
    assert.equal(page.clock.correct(page.truth() - 3_600_000), page.clock.now(), 'content still tells the time by the wall');
    page.ask(10, 10);
    assert.equal(errorOf(page.clock, page.truth()), 0);
  });

  it('believes a machine that has slept, and the LRS where the clock was set ahead', () => {
    const page = begin();
    page.ask(10, 10);
    page.sleep(7 * 86_400_000);
    assert.equal(errorOf(page.clock, page.truth()), 0);
    page.set(3_600_000);
    assert.equal(errorOf(page.clock, page.truth()), 3_600_000);
    page.ask(10, 10);
    assert.ok(Math.abs(errorOf(page.clock, page.truth())) < 1_100);
  });

  it('learns nothing from nonsense', () => {
    const { clock } = begin();
    for (const date of [null, '', 'soon', '99']) clock.learn(date === '99' ? null : date, NOW, NOW + 10);
    clock.learn(new Date(NOW).toUTCString(), NOW, NOW - 10);
    assert.equal(clock.skew, undefined);
  });
});
