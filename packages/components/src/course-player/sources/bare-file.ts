import type { Course, Unit } from '@lectern/core';
import { documentUnit } from '@lectern/courseware';
import type { Recognised } from '@lectern/courseware/remote';

/** A course of one unit: a file that is all there is. */
export function bareCourse(url: string, found: Recognised): Course | undefined {
  const title = titleOf(url);
  const unit = unitOf(url, found, title);
  return unit && { id: url.replace(/[?#].*$/, ''), title, format: 'course', children: [unit] };
}

function unitOf(src: string, found: Recognised, title: string): Unit | undefined {
  const head = { type: 'unit', id: 'unit', title, moveOn: 'Completed' } as const;
  switch (found.kind) {
    case 'media':
      return { ...head, kind: found.type.startsWith('audio/') ? 'audio' : 'video', sources: [{ src, type: found.type }] };
    case 'document':
    case 'image':
      return documentUnit(src, found.type, head);
    case 'html':
      return { ...head, kind: 'html', href: src, completion: { policy: 'visited' } };
    default:
      return undefined;
  }
}

/** The file's name in words. */
function titleOf(url: string): string {
  const { pathname, host } = new URL(url);
  let name = pathname.split('/').pop() ?? '';
  try {
    name = decodeURIComponent(name);
  } catch {
    // It stays as it is written.
  }
  return name.replace(/\.[^.]{1,5}$/, '').replace(/[-_+]+/g, ' ').trim() || host || url.slice(0, 80);
}
