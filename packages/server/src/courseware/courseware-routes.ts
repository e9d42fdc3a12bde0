import { listUnits, type Course } from '@lectern/core';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { Authenticator } from '../auth/authenticate.js';
import { requireAdmin } from '../auth/principal.js';
import type { ServerConfig } from '../config.js';
import type { ContentStore } from '../content/content-store.js';
import { ServerError } from '../errors.js';
import { allowAnyOrigin } from '../http/cors.js';
import type { Origins } from '../http/origins.js';
import type { CourseStore } from './course-store.js';
import { servedCourse } from './served-course.js';
import { importPackage, type ImportServices } from './import-package.js';
import { receivePackage } from './upload.js';

export interface CoursewareServices {
  readonly config: ServerConfig;
  readonly authenticate: Authenticator;
  readonly courses: CourseStore;
  readonly imports: ImportServices;
  readonly uploadFolder: string;
  readonly originsOf: (request: Request) => Origins;
}

/** `/courseware`: import, list and remove packages, with a host's key. */
export function coursewareRoutes({ config, authenticate, courses, imports, uploadFolder }: CoursewareServices): Hono {
  const app = new Hono();

  app.post('/', async (c) => {
    const { tenantId, key } = requireAdmin(await authenticate(c));
    const upload = await receivePackage(c.req.raw, uploadFolder, config.limits.packageBody);
    try {
      const course = await importPackage(imports, upload, { tenantId, by: key, manifest: c.req.query('manifest') });
      return c.json(course, 201, { Location: `/courses/${course.id}/course.json` });
    } finally {
      await upload.discard();
    }
  });

  app.get('/', async (c) => {
    const { tenantId } = requireAdmin(await authenticate(c));
    return c.json(await courses.list(tenantId));
  });

  app.delete('/:id', async (c) => {
    const { tenantId, key } = requireAdmin(await authenticate(c));
    const id = c.req.param('id');
    // The row first: what has no row is never launched, and its files can be removed again.
    if (!(await courses.remove(tenantId, id, key))) throw new ServerError('not-found', `There is no course "${id.slice(0, 80)}".`, { field: 'id' });
    await imports.content.remove(id);
    return c.body(null, 204);
  });

  return app;
}

/** `/courses/:id/course.json`: what `<course-player src>` loads. The recorded work of learners is elsewhere; this is public. */
export function courseRoutes({ courses, content, originsOf }: Pick<CoursewareServices, 'courses' | 'originsOf'> & { readonly content: ContentStore }): Hono {
  const app = new Hono();
  app.use(allowAnyOrigin);
  app.get('/:id/course.json', async (c) => {
    const stored = await courses.get(c.req.param('id'));
    const course = servedCourse(stored, originsOf(c.req.raw));
    const unitId = c.req.query('unit');
    return c.json(unitId === undefined ? course : unitAlone(course, unitId), 200, { 'Cache-Control': 'no-cache' });
  });
  // By this a player keeps the course for times without a network.
  app.get('/:id/files.json', compress(), async (c) => {
    const { id, contentHash } = await courses.get(c.req.param('id'));
    return c.json({ version: contentHash, files: await content.list(id) }, 200, { 'Cache-Control': 'no-cache' });
  });
  return app;
}

/** A course with one of its units, whose rules of sequencing were about the others. @throws ServerError `not-found` */
function unitAlone<T extends Course>(course: T, unitId: string): T {
  const unit = listUnits(course).find(({ id }) => id === unitId);
  if (!unit) throw new ServerError('not-found', `The course has no unit "${unitId.slice(0, 80)}".`, { field: 'unit' });
  const { sequencing: _, ...rest } = course;
  return { ...(rest as T), children: [unit] };
}
