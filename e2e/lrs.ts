import type { Statement } from '@lectern/core';
import type { Campus } from './campus.js';

/** Everything the LRS holds that matches, oldest first, following `more` to the end. */
export async function allStatements(campus: Campus, query: Record<string, string>): Promise<Statement[]> {
  const out: Statement[] = [];
  let next: string | undefined = `/xapi/statements?${new URLSearchParams({ ascending: 'true', limit: '500', ...query })}`;
  while (next) {
    const answer: Response = await fetch(new URL(next, campus.url), {
      headers: { authorization: campus.authorization, 'x-experience-api-version': '1.0.3' },
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    const page = (await answer.json()) as { statements: Statement[]; more?: string };
    out.push(...page.statements);
    next = page.more || undefined;
  }
  return out;
}

/** The last part of a verb's IRI. */
export const verbOf = (statement: Statement): string => statement.verb.id.split('/').at(-1)!;
