import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { startTestServer, type TestServer } from '../server.fixture.js';
import { CLAIMS, SCOPES } from './lti-terms.js';
import { AGS, Platform, type Registered } from './platform.fixture.js';
import { startTool, type TestTool } from './tool.fixture.js';

describe('an LTI launch', () => {
  let server: TestServer;
  let platform: Platform;
  let tool: TestTool;
  let setup: Registered;
  let course: string;

  before(async () => {
    server = await startTestServer();
    platform = new Platform(server);
    tool = await startTool();
    setup = await platform.register(tool, { scopes: Object.values(SCOPES) });
    course = await platform.importCourse(
      { id: 'quiz', title: { en: 'A quiz', 'zh-CN': '测验' }, tool: 'quizzes', custom: { level: '3', who: '$User.id', odd: '$Nobody.knows', title: '$ResourceLink.title' }, masteryScore: 0.6, moveOn: 'Passed' },
      { id: 'seen', title: 'Look at it', targetLinkUri: `${tool.url}/look`, completion: { policy: 'visited' }, moveOn: 'Completed' },
      { id: 'window', title: 'In a window', tool: setup.clientId, launchMethod: 'OwnWindow' },
      { id: 'elsewhere', title: 'Elsewhere', tool: 'quizzes', targetLinkUri: 'https://evil.example/' },
      { id: 'nobody', title: 'Nobody', tool: 'nobody' },
      { id: 'no-address', title: 'No address', targetLinkUri: 'https://unknown.example/' },
    );
  });
  after(async () => {
    await tool?.close();
    await server?.close();
  });

  const verify = async (token: string): Promise<{ payload: Record<string, unknown>; header: { alg?: string; kid?: string } }> => {
    const jwks = (await (await server.request('/lti-platform/jwks')).json()) as JSONWebKeySet;
    assert.ok(jwks.keys.every((key) => !('d' in key)), 'no private half');
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks), { issuer: setup.platform.issuer, audience: setup.clientId, algorithms: ['RS256'] });
    return { payload, header: protectedHeader };
  };
  const claim = <T = Record<string, unknown>>(payload: Record<string, unknown>, name: string): T => payload[name] as T;

  it('is a signed message of the resource link, posted to the tool’s own address, that names no learner', async () => {
    const { authorization, registration } = await platform.enrol(course, 'student-4711');
    const launch = await platform.launch(authorization, 'quiz', {}, { Origin: setup.platform.issuer, 'Accept-Language': 'en;q=0.5, zh-CN' });
    assert.equal(launch.status, 201);
    assert.deepEqual([launch.answer['method'], launch.answer['storageOrigins']], ['AnyWindow', [tool.url]]);
    assert.equal(launch.url.origin + launch.url.pathname, `${tool.url}/login`);
    const given = Object.fromEntries(launch.url.searchParams);
    assert.deepEqual([given['iss'], given['client_id'], given['lti_deployment_id'], given['target_link_uri'], given['lti_storage_target']], [setup.platform.issuer, setup.clientId, setup.deploymentId, `${tool.url}/quiz`, '_parent']);
    assert.doesNotMatch(launch.url.href, /4711/);

    const posted = await platform.authorize(launch, {}, 'POST');
    assert.deepEqual([posted.status, posted.action, posted.fields['state']], [200, `${tool.url}/launch`, 'st&ate"<']);
    assert.match(posted.headers.get('content-security-policy')!, /default-src 'none'; script-src 'sha256-[^']+'; form-action https: http:; base-uri 'none'; frame-ancestors \*/);
    assert.equal(posted.headers.get('cache-control'), 'no-store');
    const { payload, header } = await verify(posted.fields['id_token']!);
    assert.deepEqual([header.alg, payload['nonce'], payload['sub']], ['RS256', 'n-1', given['login_hint']]);
    assert.doesNotMatch(JSON.stringify(payload), /4711|uni\.example/);
    assert.deepEqual([claim(payload, CLAIMS.messageType), claim(payload, CLAIMS.version), claim(payload, CLAIMS.deploymentId), claim(payload, CLAIMS.targetLinkUri)], ['LtiResourceLinkRequest', '1.3.0', setup.deploymentId, `${tool.url}/quiz`]);
    assert.equal(claim(payload, CLAIMS.resourceLink)['title'], '测验');
    assert.deepEqual(claim(payload, CLAIMS.roles), ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner']);
    assert.deepEqual(claim(payload, CLAIMS.context), { id: course, title: 'Tools', type: ['http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering'] });
    assert.deepEqual(claim(payload, CLAIMS.custom), { level: '3', who: payload['sub'], odd: '$Nobody.knows', title: '测验' });
    const presentation = claim(payload, CLAIMS.launchPresentation);
    assert.deepEqual([presentation['document_target'], presentation['locale']], ['iframe', 'zh-CN']);
    assert.deepEqual(claim(payload, AGS)['scope'], Object.values(SCOPES).filter((scope) => !scope.includes('nrps')));
    assert.deepEqual(claim(payload, CLAIMS.nrps)['service_versions'], ['2.0']);
    assert.deepEqual(await platform.verbs(registration), ['launched']);
    const state = await platform.observe(authorization, launch.sessionId);
    assert.deepEqual([state.initialized, state.completed, state.terminated, state.problem], [true, false, false, undefined]);

    // The tool's own way back.
    await server.request(new URL(presentation['return_url'] as string).pathname);
    assert.equal((await platform.observe(authorization, launch.sessionId)).terminated, true);
    const again = await platform.launch(authorization, 'quiz');
    assert.equal(again.url.searchParams.get('login_hint'), payload['sub'], 'the same learner to the same tool');
    assert.equal(again.url.searchParams.has('lti_storage_target'), false, 'a player on another page cannot answer for the platform');
  });

  it('has custom parameters that are told to the tool alone: the course is public', async () => {
    const published = await (await server.request(`/courses/${course}/course.json`)).text();
    assert.match(published, /"kind":"lti"/);
    assert.doesNotMatch(published, /custom|level/);
    assert.doesNotMatch(await (await server.request(`/play/${course}`)).text(), /"level"/);
  });

  it('tells another tool another name of the learner, and a trusted one the account', async () => {
    const other = await startTool();
    try {
      const trusted = await platform.register(other, { name: 'trusted', identity: 'account', scopes: [SCOPES.scores] });
      const own = await platform.importCourse({ id: 'a', title: 'A', tool: 'trusted' }, { id: 'b', title: 'B', tool: 'quizzes' });
      const { authorization } = await platform.enrol(own, 'student-12');
      const launch = await platform.launch(authorization, 'a');
      const posted = await platform.authorize(launch);
      const payload = JSON.parse(Buffer.from(posted.fields['id_token']!.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
      assert.equal(payload['aud'], trusted.clientId);
      assert.deepEqual([payload[CLAIMS.lis], payload[CLAIMS.nrps]], [{ person_sourcedid: 'student-12' }, undefined]);
      assert.notEqual((await platform.launch(authorization, 'b')).url.searchParams.get('login_hint'), payload['sub']);
    } finally {
      await other.close();
    }
  });

  it('completes a unit that counts as done when it was seen; and counts nothing in other launch modes', async () => {
    const { authorization, registration } = await platform.enrol(course, 'looks');
    const launch = await platform.launch(authorization, 'seen');
    assert.equal((await platform.observe(authorization, launch.sessionId)).completed, false, 'not yet');
    assert.equal((await platform.authorize(launch)).action, `${tool.url}/launch`);
    const state = await platform.observe(authorization, launch.sessionId);
    assert.deepEqual([state.completed, state.satisfied], [true, true]);
    await platform.authorize(await platform.launch(authorization, 'seen'));
    assert.deepEqual(await platform.verbs(registration), ['launched', 'completed', 'launched']);
    const browsing = await platform.enrol(course, 'browses', { launchMode: 'Browse' });
    const browsed = await platform.launch(browsing.authorization, 'seen');
    const { payload } = await verify((await platform.authorize(browsed)).fields['id_token']!);
    assert.equal(payload[AGS], undefined);
    assert.equal((await platform.observe(browsing.authorization, browsed.sessionId)).completed, false);
    assert.deepEqual(await platform.verbs(browsing.registration), ['launched']);
  });

  it('opens in a window of its own where the unit or the player asks for one, and then has no parent to keep data with', async () => {
    const { authorization } = await platform.enrol(course, 'windows');
    const origin = { Origin: setup.platform.issuer };
    for (const launch of [await platform.launch(authorization, 'window', {}, origin), await platform.launch(authorization, 'quiz', { ownWindow: true }, origin)]) {
      assert.deepEqual([launch.answer['method'], launch.answer['storageOrigins'], launch.url.searchParams.has('lti_storage_target')], ['OwnWindow', undefined, false]);
      const { payload } = await verify((await platform.authorize(launch)).fields['id_token']!);
      assert.equal(claim(payload, CLAIMS.launchPresentation)['document_target'], 'window');
    }
  });

  it('is not begun with a tool that is not there, nor towards an address that is not the tool’s', async () => {
    const { authorization } = await platform.enrol(course, 'lost');
    const refusal = async (unit: string): Promise<unknown[]> => {
      const { status, answer } = await platform.launch(authorization, unit);
      return [status, answer['code'], answer['field']];
    };
    assert.deepEqual(await refusal('nobody'), [404, 'tool-unknown', 'tool']);
    assert.deepEqual(await refusal('no-address'), [404, 'tool-unknown', 'targetLinkUri']);
    assert.deepEqual(await refusal('elsewhere'), [422, 'tool-address', 'targetLinkUri']);
  });

  it('never sends anybody to an address that the tool is not registered with, and says so to the player', async () => {
    const { authorization } = await platform.enrol(course, 'redirected');
    const bad = ['https://evil.example/launch', `${tool.url}/launch/`, `${tool.url}/launch?x=1`, `${tool.url}/launch#x`, `${tool.url}.evil.example/launch`, `${tool.url}@evil.example/launch`, 'javascript:alert(1)', '//evil.example/', '', undefined];
    for (const redirectUri of bad) {
      const launch = await platform.launch(authorization, 'quiz');
      for (const method of ['GET', 'POST'] as const) {
        const posted = await platform.authorize(launch, { redirect_uri: redirectUri }, method);
        assert.deepEqual([posted.status, posted.action, posted.headers.get('location')], [400, undefined, null], String(redirectUri));
        assert.doesNotMatch(posted.html, /<form|<script|http-equiv|evil/i);
        assert.match(posted.headers.get('content-security-policy')!, /form-action 'none'/);
      }
      const { problem } = await platform.observe(authorization, launch.sessionId);
      assert.equal(problem?.code, 'refused');
      assert.match(problem?.message ?? '', /redirect_uri/);
    }
    for (const client of ['nobody', '', undefined, `${setup.clientId}\u0000`]) {
      const posted = await platform.authorize(await platform.launch(authorization, 'quiz'), { client_id: client });
      assert.deepEqual([posted.status, posted.action], [400, undefined]);
    }
    const launch = await platform.launch(authorization, 'quiz');
    const twice = new URLSearchParams({ client_id: setup.clientId, redirect_uri: `${tool.url}/launch`, lti_message_hint: launch.url.searchParams.get('lti_message_hint')! });
    twice.append('redirect_uri', 'https://evil.example/');
    assert.deepEqual(await platform.ask(twice).then(({ status, action }) => [status, action]), [400, undefined]);
  });

  it('gives no message for hints that are forged, stale, used, changed, of another learner or of another tool', async () => {
    const other = await startTool();
    try {
      await platform.register(other, { name: 'other' });
      const own = await platform.importCourse({ id: 'o', title: 'O', tool: 'other' });
      const mine = await platform.enrol(own, 'hinted');
      const theirs = await platform.enrol(course, 'hinted');
      const [foreign, launch, second] = [await platform.launch(mine.authorization, 'o'), await platform.launch(theirs.authorization, 'quiz'), await platform.launch((await platform.enrol(course, 'another')).authorization, 'quiz')];
      const hint = launch.url.searchParams.get('lti_message_hint')!;
      const turned = `${hint.slice(0, 40)}${hint[40] === 'A' ? 'B' : 'A'}${hint.slice(41)}`;
      const forged: Record<string, string | undefined>[] = [
        { lti_message_hint: undefined }, { lti_message_hint: '' }, { lti_message_hint: 'x' }, { lti_message_hint: '../../etc' }, { lti_message_hint: turned }, { lti_message_hint: `${hint}A` }, { lti_message_hint: 'A'.repeat(9_000) },
        { lti_message_hint: Buffer.from(JSON.stringify({ session: launch.sessionId, tenant: 1, exp: 4e9 })).toString('base64url') },
        { lti_message_hint: foreign.url.searchParams.get('lti_message_hint')! },
        { lti_message_hint: second.url.searchParams.get('lti_message_hint')! },
        { login_hint: undefined }, { login_hint: 'root' }, { login_hint: randomUUID() }, { login_hint: second.url.searchParams.get('login_hint')! },
      ];
      const refused = async (posted: Awaited<ReturnType<Platform['authorize']>>, error: RegExp, what: unknown): Promise<void> => {
        assert.deepEqual([posted.status, posted.action, posted.fields['id_token'], posted.fields['state']], [200, `${tool.url}/launch`, undefined, 'st&ate"<'], JSON.stringify(what));
        assert.match(posted.fields['error'] ?? '', error, JSON.stringify(what));
      };
      for (const more of forged) await refused(await platform.authorize(launch, more), /^(invalid_request|login_required)$/, more);
      // A return address is sealed, too, and is no hint.
      const { payload } = await verify((await platform.authorize(launch)).fields['id_token']!);
      await refused(await platform.authorize(launch, { lti_message_hint: (claim(payload, CLAIMS.launchPresentation)['return_url'] as string).split('/').pop() }), /invalid_request/, 'a return token');
      await refused(await platform.authorize(launch), /invalid_request/, 'a used hint');
      const answers = await Promise.all(Array.from({ length: 8 }, () => platform.authorize(second)));
      assert.equal(answers.filter(({ fields }) => fields['id_token']).length, 1, 'once, however many ask at once');
      assert.equal((await platform.observe(theirs.authorization, launch.sessionId)).problem, undefined, 'what was answered stays answered');
    } finally {
      await other.close();
    }
  });

  it('is refused to a tool that does not ask as OpenID Connect has it, and the tool is told', async () => {
    const { authorization } = await platform.enrol(course, 'asks');
    const wrong: [Record<string, string | undefined>, string][] = [
      [{ scope: 'profile' }, 'invalid_scope'], [{ scope: undefined }, 'invalid_scope'], [{ response_type: 'code' }, 'unsupported_response_type'], [{ response_type: 'id_token token' }, 'unsupported_response_type'],
      [{ response_mode: 'query' }, 'invalid_request'], [{ response_mode: 'fragment' }, 'invalid_request'], [{ response_mode: undefined }, 'invalid_request'], [{ prompt: 'login' }, 'invalid_request'], [{ prompt: undefined }, 'invalid_request'],
      [{ nonce: undefined }, 'invalid_request'], [{ nonce: '' }, 'invalid_request'], [{ nonce: 'n'.repeat(9_000) }, 'invalid_request'], [{ state: 's'.repeat(9_000) }, 'invalid_request'],
    ];
    const launch = await platform.launch(authorization, 'quiz');
    for (const [more, error] of wrong) {
      const posted = await platform.authorize(launch, more, 'POST');
      assert.deepEqual([posted.action, posted.fields['error'], posted.fields['id_token']], [`${tool.url}/launch`, error, undefined], JSON.stringify(more).slice(0, 80));
    }
    assert.equal((await platform.observe(authorization, launch.sessionId)).problem?.code, 'refused');
    assert.ok((await platform.authorize(launch, { state: undefined })).fields['id_token'], 'state is the tool’s own affair');
    assert.equal((await server.request('/lti-platform/authorize', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } })).status, 415);
    assert.equal((await server.request('/lti-platform/authorize', { method: 'POST', body: `x=${'x'.repeat(40_000)}`, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })).status, 413);
  });

  it('ends with the tool’s own words where the tool failed, as plain text', async () => {
    const { authorization } = await platform.enrol(course, 'fails');
    const launch = await platform.launch(authorization, 'quiz');
    const { payload } = await verify((await platform.authorize(launch)).fields['id_token']!);
    const back = new URL(claim(payload, CLAIMS.launchPresentation)['return_url'] as string);
    const answer = await server.request(`${back.pathname}?lti_errormsg=${encodeURIComponent(`<b>Sorry\u202e</b>\n${'x'.repeat(1_000)}`)}&lti_errorlog=secret`);
    const html = await answer.text();
    assert.deepEqual([answer.status, /Sorry|secret/.test(html)], [200, false]);
    const state = await platform.observe(authorization, launch.sessionId);
    assert.deepEqual([state.terminated, state.problem?.code, state.problem?.message?.slice(0, 14), state.problem?.message?.length], [true, 'tool', '<b>Sorry </b> ', 500]);
    assert.equal((await server.request('/lti-platform/return/forged?lti_errormsg=x')).status, 200, 'a page, and nothing else');
  });
});
