/**
 * The unit a browser last had open in a course: where to begin until the learner's record, which may come from another device and
 * has the last word, is there. Holds no more than the two ids.
 */
const key = (courseId: string): string => `lectern.unit.${courseId}`;

export function readHint(courseId: string): string | undefined {
  try {
    return localStorage.getItem(key(courseId)) ?? undefined;
  } catch {
    return undefined; // Storage is forbidden: begin at the beginning.
  }
}

export function writeHint(courseId: string, unitId: string): void {
  try {
    localStorage.setItem(key(courseId), unitId);
  } catch {
    // Forbidden or full: it is only a hint.
  }
}

export function forgetHint(courseId: string): void {
  try {
    localStorage.removeItem(key(courseId));
  } catch {
    // Then there is none.
  }
}
