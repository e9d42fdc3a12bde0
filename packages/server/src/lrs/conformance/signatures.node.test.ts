import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { attach, jsonPart, make, multipart, startConformance, type Json, type Lrs } from './requirement.fixture.js';

/* xAPI Data 2.6: signed statements. */
const { requirement } = startConformance();

const SIGNATURE = { usageType: 'http://adlnet.gov/expapi/attachments/signature', contentType: 'application/octet-stream' };
const signer = generateKeyPairSync('rsa', { modulusLength: 1024 }); // as in the specification's example, and quick
const stranger = generateKeyPairSync('rsa', { modulusLength: 1024 });

const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

function sign(payload: unknown, { alg = 'RS256', key = signer.privateKey, ...header }: { alg?: string; key?: KeyObject; [name: string]: unknown } = {}): string {
  const input = `${encode({ alg, ...header })}.${encode(payload)}`;
  return `${input}.${createSign(`RSA-SHA${alg.slice(2)}`).update(input).sign(key).toString('base64url')}`;
}

/** A certificate that signs itself: version 1, without names. */
function certify({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): string {
  const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
    const body = Buffer.concat(parts);
    const size = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
    return Buffer.concat([Buffer.from([tag, ...size]), body]);
  };
  const algorithm = der(0x30, Buffer.from('06092a864886f70d01010b0500', 'hex')); // sha256WithRSAEncryption
  const validity = der(0x30, ...['250101000000Z', '450101000000Z'].map((time) => der(0x17, Buffer.from(time))));
  const content = der(0x30, der(0x02, Buffer.from([1])), algorithm, der(0x30), validity, der(0x30), publicKey.export({ type: 'spki', format: 'der' }));
  const seal = createSign('RSA-SHA256').update(content).sign(privateKey);
  return der(0x30, content, algorithm, der(0x03, Buffer.from([0]), seal)).toString('base64');
}

async function send(lrs: Lrs, status: number, statement: Json, jws: string, over: Json = {}): Promise<void> {
  const { described, part } = attach(jws, { ...SIGNATURE, ...over });
  const others = Array.isArray(statement['attachments']) ? (statement['attachments'] as Json[]) : [];
  const response = await lrs.expect(status, 'POST', '/statements', multipart([jsonPart({ ...statement, attachments: [...others, described] }), part]));
  if (status === 400) assert.equal(((await response.json()) as Json)['code'], 'signature-invalid');
}

requirement('00115', 'a signature is there, is octets, and is a JWS', async (lrs) => {
  const statement = make();
  await send(lrs, 400, statement, sign(statement), { contentType: 'text/plain; charset=ascii' });
  for (const broken of ['', 'x', 'a.b', sign(statement).replace('.', '..'), `${sign(statement)}.x`, sign(statement).replace(/^./, '!'), sign(statement).split('.').slice(0, 2).join('.')]) await send(lrs, 400, statement, broken);
  const { described } = attach(sign(statement), { ...SIGNATURE, fileUrl: 'https://uni.example/signature' });
  await lrs.expect(400, 'POST', '/statements', { body: { ...statement, attachments: [described] } });
});

requirement('00116', 'what was signed is this statement, in JSON', async (lrs) => {
  const statement = make({ timestamp: '2026-11-23T09:00:00Z' });
  await send(lrs, 400, statement, sign(JSON.stringify(statement).replace('"', "'")));
  await send(lrs, 400, statement, sign('x'));
  await send(lrs, 400, statement, sign({ actor: statement['actor'] }));
  await send(lrs, 400, statement, sign({ ...statement, id: make().id }));
  await send(lrs, 400, statement, sign({ ...statement, result: { success: true } }));
  await send(lrs, 400, statement, sign({ ...statement, timestamp: '2026-11-23T09:00:01Z' }));
  const { id: _id, timestamp: _timestamp, ...bare } = statement;
  await send(lrs, 200, statement, sign(Object.fromEntries(Object.entries(bare).reverse())));
});

requirement('00116', 'other attachments are signed with the statement', async (lrs) => {
  const { described } = attach('words', { fileUrl: 'https://uni.example/words' });
  const statement = make({ attachments: [described] });
  await send(lrs, 200, statement, sign(statement));
  await send(lrs, 400, make({ attachments: [described] }), sign(make()));
});

requirement('00117', 'the algorithm is RS256, RS384 or RS512', async (lrs) => {
  for (const alg of ['RS256', 'RS384', 'RS512']) {
    const statement = make();
    await send(lrs, 200, statement, sign(statement, { alg }));
  }
  const statement = make();
  const [, payload, signature] = sign(statement).split('.');
  for (const header of [{ alg: 'HS256' }, { alg: 'none' }, { alg: 'PS256' }, { alg: 'ES256' }, { alg: 'constructor' }, {}, { alg: 'RS256', crit: ['b64'], b64: false }]) await send(lrs, 400, statement, `${encode(header)}.${payload}.${signature}`);
});

requirement('00117', 'a certificate that comes along must fit', async (lrs) => {
  const statement = make();
  const x5c = [certify(signer)];
  await send(lrs, 200, statement, sign(statement, { x5c }));
  for (const header of [{ x5c, key: stranger.privateKey }, { x5c: [certify(stranger)] }, { x5c: ['AAAA'] }, { x5c: [] }, { x5c: 'x' }]) await send(lrs, 400, make({ id: statement.id }), sign(statement, header));
});

requirement('00115', 'the JSON serialization is discouraged in 1.0.3, and gone in 2.0', async (lrs) => {
  for (const general of [false, true]) {
    const statement = make();
    const [header, payload, signature] = sign(statement).split('.');
    const one = { protected: header, signature };
    await send(lrs, lrs.version === '1.0.3' ? 200 : 400, statement, JSON.stringify({ payload, ...(general ? { signatures: [one] } : one) }));
    await send(lrs, 400, statement, JSON.stringify({ payload, signatures: [] }));
  }
});
