import { strToU8, zipSync } from 'fflate';

/**
 * An assignable unit as its content has it, told by the specification alone: what it is given in its address, one POST for its token, its launch
 * data, the learner's preferences, then statements. `window.au.say(verb, result)` sends one and resolves to the status; `#log` shows how far it has got.
 */
const AU = `
const ADL = 'http://adlnet.gov/expapi/verbs/', CATEGORY = 'https://w3id.org/xapi/cmi5/context/categories/';
const log = (line) => { document.querySelector('#log').textContent += line + ' '; };
const given = new URLSearchParams(location.search);
const [endpoint, actor, registration, activityId] = ['endpoint', 'actor', 'registration', 'activityId'].map((name) => given.get(name));
let token, data;
const xapi = (path, query, init = {}) => fetch(endpoint + path + (query ? '?' + new URLSearchParams(query) : ''), { ...init,
  headers: { Authorization: 'Basic ' + token, 'X-Experience-API-Version': '1.0.3', ...(init.body ? { 'Content-Type': 'application/json' } : {}) } });
async function say(verb, result) {
  const { contextTemplate } = data;
  const decides = ['passed', 'failed', 'completed'].includes(verb);
  const category = [{ id: CATEGORY + 'cmi5' }, ...(decides ? [{ id: CATEGORY + 'moveon' }] : [])];
  const answer = await xapi('statements', undefined, { method: 'POST', keepalive: true, body: JSON.stringify({
    id: crypto.randomUUID(), actor: JSON.parse(actor), verb: { id: ADL + verb }, object: { id: activityId }, timestamp: new Date().toISOString(), ...(result ? { result } : {}),
    context: { ...contextTemplate, registration, contextActivities: { ...contextTemplate.contextActivities, category } },
  }) });
  log(verb + ':' + answer.status);
  return answer.status;
}
async function exit() {
  await say('terminated', { duration: 'PT2S' });
  if (data.returnURL) location.href = data.returnURL;
}
window.au = { say, exit };
token = (await (await fetch(given.get('fetch'), { method: 'POST' })).json())['auth-token'];
data = await (await xapi('activities/state', { stateId: 'LMS.LaunchData', activityId, agent: actor, registration })).json();
await xapi('agents/profile', { profileId: 'cmi5LearnerPreferences', agent: actor });
await say('initialized');
document.body.dataset.ready = 'true';
`;

const words = (title: string): string => `<title><langstring lang="en">${title}</langstring></title><description><langstring lang="en">About ${title.toLowerCase()}.</langstring></description>`;
const au = (id: string, title: string, attributes: string): string => `<au id="urn:e2e:${id}" ${attributes}>${words(title)}<url>index.html?own=1</url></au>`;

const STRUCTURE = `<?xml version="1.0" encoding="utf-8"?><courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"><course id="urn:e2e:course">${words('Course')}</course>
${au('framed', 'Framed', 'moveOn="CompletedAndPassed"')}<block id="urn:e2e:block">${words('Block')}${au('window', 'Window', 'moveOn="Completed" launchMethod="OwnWindow"')}</block></courseStructure>`;

export const cmi5Package = (): Uint8Array<ArrayBuffer> => new Uint8Array(zipSync({
  'cmi5.xml': strToU8(STRUCTURE),
  'index.html': strToU8('<!doctype html><html lang="en"><meta charset="utf-8"><title>AU</title><body><p id="log"></p><script type="module" src="au.js"></script></body></html>'),
  'au.js': strToU8(AU),
}));
