import { Hono } from 'hono';
import * as v from 'valibot';
import { isLoopback } from '../config.js';
import { importPackage, type ImportServices } from '../courseware/import-package.js';
import { receivePackage } from '../courseware/upload.js';
import { ServerError } from '../errors.js';
import { parseJson, readBody } from '../http/body.js';
import { readShape } from '../http/read-shape.js';
import { DEMO_LEARNERS, demoActor } from './demo-learners.js';
import { makeGrant } from './grant.js';
import type { LaunchServices } from './launch-routes.js';
import { ensureRegistration } from './registrations.js';
import { evaluateRegistration } from './satisfaction.js';

export interface DemoServices extends LaunchServices {
  readonly imports: ImportServices;
  readonly uploadFolder: string;
  readonly tenantId: number;
  /** Courses of the demo itself; visitors' imports are not in it. */
  readonly demoCourses: readonly string[];
}

const tokenSchema = v.object({
  learner: v.optional(v.pipe(v.string(), v.regex(/^[\p{L}\p{N}][\p{L}\p{N}._ -]{0,59}$/u, 'must be 1 to 60 letters, digits, spaces, dots, hyphens or underscores'))),
  course: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
});

/** What makes the demo a demo: anybody may be any demo learner, and try a package. Mounted in demo mode only. */
export function demoRoutes(services: DemoServices): Hono {
  const { config, db, tokens, courses, originsOf, tenantId, demoCourses } = services;
  const app = new Hono();

  app.use(async (c, next) => {
    // A page of another site must neither become a learner here nor fill the disk.
    const origin = c.req.header('origin');
    const { public: own } = originsOf(c.req.raw);
    if (origin !== undefined && origin !== own) throw new ServerError('forbidden', 'The demo is for its own pages.', { field: 'Origin' });
    // Nor may it make its own name mean this machine (DNS rebinding): a server for this machine alone has this machine's names.
    if (config.publicUrl === undefined && isLoopback(config.host) && !isLoopback(new URL(own).hostname)) {
      throw new ServerError('forbidden', 'The demo is reached as localhost. Behind a proxy, set LECTERN_URL to the address it is reached by.', { field: 'Host' });
    }
    await next();
  });

  app.get('/', async (c) => c.json({ learners: DEMO_LEARNERS, courses: (await courses.list(tenantId)).filter(({ id }) => demoCourses.includes(id)) }));

  app.post('/token', async (c) => {
    const query = Object.fromEntries(new URL(c.req.url).searchParams);
    const text = new TextDecoder().decode(await readBody(c.req.raw, config.limits.jsonBody));
    const body = text === '' ? {} : parseJson(text);
    const { learner = 'guest', course } = readShape(tokenSchema, typeof body === 'object' && body !== null ? { ...query, ...body } : body);
    const actor = demoActor(learner);
    if (course !== undefined) await courses.get(course, tenantId);
    const registration = course === undefined ? undefined : await ensureRegistration(db, { tenantId, actor, courseId: course, launchMode: 'Normal' });
    if (course !== undefined && registration !== undefined) await evaluateRegistration(services, { tenant_id: tenantId, registration, course_id: course, actor: JSON.stringify(actor) });
    const claims = { tenantId, actor, launchMode: 'Normal', courseId: course, registration } as const;
    return c.json(await makeGrant(tokens, claims, originsOf(c.req.raw)), 200, { 'Cache-Control': 'no-store' });
  });

  app.post('/courseware', async (c) => {
    const upload = await receivePackage(c.req.raw, services.uploadFolder, config.limits.demoPackageBody);
    try {
      return c.json(await importPackage(services.imports, upload, { tenantId, by: 'demo' }), 201);
    } finally {
      await upload.discard();
    }
  });

  return app;
}
