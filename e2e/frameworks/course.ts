import type { Course } from '@lectern/core';

/** What the example of each framework shows. */
export const course: Course = {
  id: 'https://frameworks.example/course', title: 'Knots', format: 'course',
  children: [{ type: 'unit', kind: 'link', id: 'read', title: 'Read about knots', moveOn: 'Completed', href: 'https://knots.example/' }],
};

/** Where each example says what it has heard. */
export function tell(what: string): void {
  document.body.dataset['heard'] = `${document.body.dataset['heard'] ?? ''}${what} `;
}
