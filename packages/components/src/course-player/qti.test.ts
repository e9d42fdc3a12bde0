import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import './define.js';
import { MemoryHost, type MemorySession } from './memory-host.fixture.js';

const ITEM = `<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="rock" title="Rocks" adaptive="false" time-dependent="false">
  <qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
  <qti-item-body><qti-choice-interaction response-identifier="RESPONSE" max-choices="1"><qti-prompt>Which rock was <b>lava</b>?</qti-prompt>
    <qti-simple-choice identifier="A">Basalt</qti-simple-choice><qti-simple-choice identifier="B">Chalk</qti-simple-choice></qti-choice-interaction></qti-item-body>
  <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
</qti-assessment-item>`;

describe('a QTI item as a source', () => {
  beforeEach(() => localStorage.clear());

  it('is known by its content, asked in the quiz, and reported as an interaction with its score', async () => {
    const host = new MemoryHost();
    const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
    session.host = host;
    const player = document.createElement('course-player');
    const src = URL.createObjectURL(new Blob([ITEM], { type: 'text/plain' }));
    player.src = src;
    session.append(player);
    const quiz = (): ShadowRoot | null | undefined => player.shadowRoot?.querySelector('.unit')?.shadowRoot;
    const press = (name: string): void => [...quiz()!.querySelectorAll('button')].find((button) => button.textContent.trim() === name)!.click();
    await waitUntil(() => quiz()?.querySelector('.intro'), 'the quiz', { timeout: 15_000 });
    press('Begin');
    await waitUntil(() => quiz()!.querySelector('[data-question=rock] strong'), 'the prompt as Markdown', { timeout: 15_000 });
    await expect(player).to.be.accessible();
    quiz()!.querySelector<HTMLInputElement>('[data-question=rock] input[value="A"]')!.click();
    press('Hand in');
    await waitUntil(() => host.verbs.includes('answered'), 'the answer is recorded', { timeout: 15_000 });
    const answered = host.statements.find(({ verb }) => verb.id.endsWith('/answered'))!;
    const { definition } = answered.object as { readonly definition?: Readonly<Record<string, unknown>> };
    expect([definition?.interactionType, definition?.correctResponsesPattern, answered.result?.response, answered.result?.success, answered.result?.score?.scaled]).to.deep.equal(['choice', ['A'], 'A', true, 1]);
    expect([...host.documents.keys()].some((key) => key.endsWith(' lectern.quiz'))).to.equal(true);
    URL.revokeObjectURL(src);
  });
});
