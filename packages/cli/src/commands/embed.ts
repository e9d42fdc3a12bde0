import { createHash } from 'node:crypto';
import { pickText, type Course } from '@lectern/core';
import { originsOf, parseCourseText } from '@lectern/courseware';
import { Command, Option } from 'commander';
import { CommandError } from '../command-error.js';
import { BACK_ENDS, backEndExample, type BackEnd } from '../embed/back-ends.js';
import { policyFor, policyText } from '../embed/csp.js';
import { errorJson, EXIT, report } from '../report.js';
import type { Env } from '../server-client.js';

interface EmbedFlags {
  readonly url: string;
  readonly backEnd?: BackEnd;
  readonly tokenUrl: string;
  readonly json?: boolean;
}

/** All that a page needs. */
interface Snippet {
  readonly title: string;
  readonly course: string;
  readonly script: string;
  /** Subresource integrity of the script. */
  readonly integrity: string;
  readonly html: string;
  readonly csp: Readonly<Record<string, readonly string[]>>;
  readonly backEnds: Readonly<Partial<Record<BackEnd, string>>>;
}

/** Milliseconds for the server to answer. */
const PATIENCE = 15_000;

const HELP = `
COURSE is the id of a course on a running server; the server is asked for the course and the script, and needs no key for that.

Printed are: the tags, with the integrity of the script as it is now; the directives that the page's content security policy needs for this course's kinds of units; and
the page's token endpoint in Node, PHP, Python and Java (--back-end for one of them). The integrity holds for lectern.js itself; when the server is updated, print it anew,
or leave the attribute out where the server is your own.

Examples:
  lectern embed lathe --url https://learn.example
  lectern embed lathe --url https://learn.example --back-end php
  lectern embed lathe --url https://learn.example --json

Exit status: 0 printed, 1 failed, 2 wrong usage.`;

/** `lectern embed COURSE`: what to write into a page. */
export function embedCommand(env: Env, finish: (code: number) => void): Command {
  return new Command('embed')
    .description('Print what a page needs to show a course: tags, policy, token endpoint.')
    .argument('<course>', 'a course on the server, by its id')
    .option('--url <address>', 'the server, as learners’ browsers reach it', `http://127.0.0.1:${env['PORT'] || '4173'}`)
    .addOption(new Option('--back-end <language>', 'the token endpoint in this language alone').choices(BACK_ENDS))
    .option('--token-url <path>', 'where your back end answers', '/lectern-token')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (course: string, flags: EmbedFlags) => {
      try {
        const snippet = await makeSnippet(course, flags);
        process.stdout.write(flags.json ? `${JSON.stringify(snippet, null, 2)}\n` : describe(snippet));
      } catch (error) {
        if (flags.json) process.stdout.write(`${JSON.stringify({ error: errorJson(error) })}\n`);
        else report(error);
        finish(EXIT.failed);
      }
    });
}

async function makeSnippet(id: string, { url, backEnd, tokenUrl }: EmbedFlags): Promise<Snippet> {
  const server = new URL(url).origin;
  const src = `${server}/courses/${encodeURIComponent(id)}/course.json`;
  const script = `${server}/lectern/lectern.js`;
  const [json, code] = await Promise.all([ask(src), ask(script)]);
  const course = parseCourseText(new TextDecoder().decode(json), { url: src });
  const integrity = `sha384-${createHash('sha384').update(code).digest('base64')}`;
  const language = course.language ? ` lang="${escape(course.language)}"` : '';
  const html = `<script type="module" src="${escape(script)}" integrity="${integrity}" crossorigin="anonymous"></script>

<learning-session token-url="${escape(tokenUrl)}">
  <course-player src="${escape(src)}"${language}></course-player>
</learning-session>`;
  return {
    title: pickText(course.title, []),
    course: src,
    script,
    integrity,
    html,
    csp: policyFor(course, { server, content: contentOrigins(course, server) }),
    backEnds: Object.fromEntries(BACK_ENDS.filter((name) => backEnd === undefined || name === backEnd).map((name) => [name, backEndExample[name]({ server, course: id.replace(/[^\w.-]/g, '') })])),
  };
}

/** @throws CommandError `server-unreachable`, `not-found`, `refused` */
async function ask(url: string): Promise<Buffer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) }).catch((cause: unknown) => {
    throw new CommandError('server-unreachable', `No server answers at ${new URL(url).origin}. Name it with --url.`, { field: '--url', cause });
  });
  if (!answer.ok) throw new CommandError(answer.status === 404 ? 'not-found' : 'refused', `${url} answered ${answer.status}.`, { file: url });
  return Buffer.from(await answer.arrayBuffer());
}

/** Where its base and its frame are, and whatever its units name elsewhere. */
function contentOrigins(course: Course, server: string): string[] {
  const places = [course.base, course.frame].flatMap((url) => (url && URL.canParse(url) ? [new URL(url).origin] : []));
  return [...new Set([...places, ...originsOf(course)])].filter((origin) => origin !== server).sort();
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);

const NAMES: Readonly<Record<BackEnd, string>> = { node: 'Node', php: 'PHP', python: 'Python', java: 'Java' };

function describe({ title, html, csp, backEnds }: Snippet): string {
  const heading = (words: string): string => `\n── ${words} ${'─'.repeat(Math.max(2, 72 - words.length))}\n\n`;
  return [
    `${title}\n`,
    heading('In the page'), `${html}\n`,
    heading('Its content security policy, beside what it has'), `${policyText(csp)}\n`,
    ...(Object.entries(backEnds) as [BackEnd, string][]).flatMap(([name, code]) => [heading(`Its token endpoint, in ${NAMES[name]}`), `${code}\n`]),
  ].join('');
}
