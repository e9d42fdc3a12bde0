/** Millions of statements into an LRS's database in minutes: rows as the LRS stores them, made by PostgreSQL itself, its secondary indexes made afterwards. */
import pg from 'pg';

const VERBS = ['initialized', 'progressed', 'experienced', 'answered', 'completed', 'passed', 'terminated'];
/** As `database/keys.ts` makes them. */
const keyOf = (kind, text) => `substr(encode(sha256(convert_to(E'1\\n${kind}\\n' || ${text}, 'UTF8')), 'hex'), 1, 32)::uuid`;
const ACCOUNT = 'https://id.uni.example';
const PART = 500_000;

/** What `makeStatement` of lrs-load.mjs makes, in SQL. 200 statements a learner, 50 a registration. */
const INSERT = `
  with made as materialized (
    select n, gen_random_uuid() as id, floor(random() * $3)::int as learner, floor(random() * 200)::int as unit, floor(random() * 7)::int + 1 as verb, $4::bigint + n * 1000 as seq from generate_series($1::bigint, $2::bigint) n
  ), placed as materialized (
    select made.*, bench_learners.key as actor_key, bench_units.key as activity_key, bench_units.parent, bench_verbs.key as verb_key, bench_verbs.name,
      ('00000000-0000-4000-8000-' || lpad((learner * 4 + unit % 4)::text, 12, '0'))::uuid as registration
    from made join bench_learners using (learner) join bench_units using (unit) join bench_verbs using (verb)
  ), ids as (
    insert into statement_ids (tenant_id, id, actor_key, seq, dated) select 1, id, actor_key, seq, true from placed
  )
  insert into statements (tenant_id, actor_key, seq, id, verb_key, activity_key, registration, authority_key, authority_agent, related_activities, voids, voided, document)
  select 1, actor_key, seq, id, verb_key, activity_key, registration, ${keyOf('authority', "'bench'")}, ${keyOf('agent', "'account http://127.0.0.1 bench'")}, array[parent, $5::uuid, $6::uuid], false, false,
    format('{"id":"%s","actor":{"objectType":"Agent","name":"Learner %s","account":{"homePage":"${ACCOUNT}","name":"learner-%s"}},"verb":{"id":"http://adlnet.gov/expapi/verbs/%s","display":{"en":"%s"}},"object":{"objectType":"Activity","id":"https://courses.uni.example/units/%s","definition":{"type":"http://adlnet.gov/expapi/activities/lesson","name":{"en":"Unit %s","zh-CN":"第 %s 单元"}}},"result":{"score":{"scaled":0.5,"raw":50,"min":0,"max":100},"duration":"PT12.5S","extensions":{"https://w3id.org/xapi/cmi5/result/extensions/progress":50}},"context":{"registration":"%s","contextActivities":{"parent":[{"id":"https://courses.uni.example/courses/%s"}],"grouping":[{"id":"https://courses.uni.example/programmes/1"}],"category":[{"id":"https://w3id.org/xapi/cmi5/context/categories/cmi5"}]},"extensions":{"https://w3id.org/xapi/cmi5/context/extensions/sessionid":"session-%s"}},"timestamp":"2026-01-01T00:00:00.000Z","version":"1.0.0","authority":{"objectType":"Agent","account":{"homePage":"http://127.0.0.1","name":"bench"}}}',
      id, learner, learner, name, name, unit, unit, unit, registration, unit % 20, learner)
  from placed`;

/** @returns one of the statements, as far as questions are asked about it */
export async function loadBulk(databaseUrl, total) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const learners = Math.max(5_000, Math.round(total / 200));
    await client.query("set synchronous_commit = off; set maintenance_work_mem = '1GB'; set work_mem = '256MB'");
    await client.query(`create temp table bench_learners as select learner, ${keyOf('agent', `'account ${ACCOUNT} learner-' || learner`)} as key from generate_series(0, ${learners - 1}) learner`);
    await client.query(`create temp table bench_units as select unit, ${keyOf('activity', "'https://courses.uni.example/units/' || unit")} as key, ${keyOf('activity', "'https://courses.uni.example/courses/' || unit % 20")} as parent from generate_series(0, 199) unit`);
    await client.query(`create temp table bench_verbs as select verb, name, ${keyOf('verb', "'http://adlnet.gov/expapi/verbs/' || name")} as key from unnest($1::text[]) with ordinality v(name, verb)`, [VERBS]);
    await client.query('analyze bench_learners; analyze bench_units; analyze bench_verbs');
    const { rows: [common] } = await client.query(`select ${keyOf('activity', "'https://courses.uni.example/programmes/1'")} as grouping, ${keyOf('activity', "'https://w3id.org/xapi/cmi5/context/categories/cmi5'")} as category`);
    const { rows: indexes } = await client.query(
      `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
       where i.indrelid = 'statements'::regclass and not i.indisunique`);
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    const base = (Date.now() - total) * 1000;
    for (let from = 1; from <= total; from += PART) await client.query(INSERT, [from, Math.min(total, from + PART - 1), learners, base, common.grouping, common.category]);
    for (const { definition } of indexes) await client.query(definition.replace(/ ON ONLY /, ' ON ')); // ONLY would leave the partitions without
    await client.query('insert into statement_clocks (tenant_id, seq) select 1, max(seq) from statements on conflict (tenant_id) do update set seq = excluded.seq');
    await client.query('vacuum analyze statements');
    await client.query('vacuum analyze statement_ids');
    const { rows: [last] } = await client.query("select document from statements where seq = (select max(seq) from statements)");
    return JSON.parse(last.document);
  } finally {
    await client.end();
  }
}
