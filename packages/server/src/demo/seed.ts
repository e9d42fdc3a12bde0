import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Course } from '@lectern/core';
import { parseCourseText } from '@lectern/courseware';
import { assetFolders } from '../assets.js';
import type { ImportServices } from '../courseware/import-package.js';
import { savePolicies } from '../credits/policies.js';
import type { Db } from '../database/database.js';
import { demoGoal, demoPolicies } from './credit.js';

/** `/play/demo` */
export const DEMO_COURSE_ID = 'demo';

export interface SeedServices {
  readonly db: Db;
  readonly tenantId: number;
  readonly imports: ImportServices;
}

/** Puts the demo course and its credit policies in place; does nothing where they are as they should be. */
export async function seedDemo({ db, tenantId, imports: { courses, content } }: SeedServices): Promise<void> {
  const folder = assetFolders.demo;
  const text = await readFile(join(folder, 'course', 'course.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return; // an installation without the demo's files
  const files = await listFiles(folder);
  const hash = await hashFiles(folder, files);
  const { base: _base, ...course } = parseCourseText(text, { file: 'course/course.json' });
  if ((await courses.find(DEMO_COURSE_ID))?.contentHash !== hash) {
    const draft = await content.draft(DEMO_COURSE_ID);
    try {
      for (const file of files) await draft.write(file, createReadStream(join(folder, file)));
      await courses.put(tenantId, DEMO_COURSE_ID, course, hash, [], 'server', () => draft.commit());
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }
  await savePolicies(db, tenantId, demoPolicies(course as Course), demoGoal, 'server');
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  const files: string[] = [];
  for (const entry of entries) if ((await stat(join(folder, entry))).isFile()) files.push(entry.replaceAll('\\', '/'));
  return files.sort();
}

async function hashFiles(folder: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(await readFile(join(folder, file)));
  return hash.digest('hex');
}
