import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * ADL's SCORM 2004 4th Edition test suite, as data. The suite is ADL's and not part of this project: it is looked for under the fixtures, as
 * `adl-2004-4ed/` with the folder `TestSuite/LMSRTE/Courses` and `Commands.properties` of the repository `adlnet/SCORM-2004-4ed-Test-Suite`.
 */
const FIXTURES = process.env['LECTERN_FIXTURES'] ?? join(import.meta.dirname, '../../../../../shared/fixtures');
export const SUITE = join(FIXTURES, 'adl-2004-4ed');
export const hasSuite = existsSync(SUITE);

export interface SuiteCommand {
  readonly method: 'I' | 'T' | 'C' | 'GET' | 'SET' | 'GES' | 'GLE' | 'GeDi' | 'COI';
  readonly argument: string;
  readonly value: string;
  readonly expected: string;
  readonly error: string;
  readonly line: string;
}

export interface SuiteVisit {
  readonly activity: number;
  readonly visit: number;
  readonly commands: readonly SuiteCommand[];
  /** Questions about what the player shows, and the answers. */
  readonly questions: readonly (readonly [question: string, yes: boolean])[];
  /** What the learner does with the player's controls. */
  readonly control: string | undefined;
}

export interface SuiteCase {
  readonly name: string;
  readonly manifest: string;
  readonly start: string;
  readonly visits: readonly SuiteVisit[];
}

function entries(text: string): [key: string, value: string][] {
  const list: [string, string][] = [];
  const lines = text.replace(/\r/g, '').replace(/\\\n[ \t]*/g, '').split('\n');
  for (const line of lines) {
    const match = /^\s*([^#!=:\s][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
    if (match) list.push([match[1]!, match[2]!.replace(/\\u([0-9a-fA-F]{4})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))).replace(/\\(.)/g, '$1')]);
  }
  return list;
}

export function suiteCases(): SuiteCase[] {
  const words = new Map(entries(readFileSync(join(SUITE, 'Commands.properties'), 'latin1')));
  const courses = join(SUITE, 'TestSuite/LMSRTE/Courses');
  const word = (token: string): string => words.get(token) ?? token;
  return readdirSync(courses)
    .filter((name) => name.startsWith('LMSTestPackage_'))
    .map((name) => name.slice('LMSTestPackage_'.length))
    .filter((name) => existsSync(join(courses, 'TestCases', `${name}.properties`)))
    .sort()
    .map((name) => {
      const list = entries(readFileSync(join(courses, 'TestCases', `${name}.properties`), 'latin1'));
      const visits: { activity: number; visit: number; commands: SuiteCommand[]; ui: string; answers: string; control: string | undefined }[] = [];
      for (const [key, value] of list) {
        const match = /^Act(\d+)V(\d+)\.(commands|UIQ|UIA|CUI)(?:\.(\d+))?/.exec(key);
        if (!match) continue;
        let visit = visits.at(-1);
        // The suite names some visits twice; their order in the file is what counts.
        if (visit?.activity !== Number(match[1]) || visit.visit !== Number(match[2]) || (match[4] === '0' && visit.commands.length > 0)) {
          visit = { activity: Number(match[1]), visit: Number(match[2]), commands: [], ui: '', answers: '', control: undefined };
          visits.push(visit);
        }
        if (match[3] === 'commands') visit.commands.push(readCommand(value, word));
        else if (match[3] === 'UIQ') visit.ui = value;
        else if (match[3] === 'UIA') visit.answers = value;
        else visit.control = value;
      }
      return {
        name,
        manifest: readFileSync(join(courses, `LMSTestPackage_${name}`, 'imsmanifest.xml'), 'utf8'),
        start: list.find(([key]) => key === 'start')?.[1] ?? '.',
        visits: visits.map(({ ui, answers, ...visit }) => ({
          ...visit,
          questions: ui === '' ? [] : ui.split('~').map((question, index) => [question, answers.split('~')[index] === 'Y'] as const),
        })),
      };
    });
}

function readCommand(line: string, word: (token: string) => string): SuiteCommand {
  const parts = line.split('->');
  const method = parts[0] as SuiteCommand['method'];
  const raw = parts[1] ?? '';
  const bang = method === 'SET' ? raw.lastIndexOf('~') : -1;
  const tail = method === 'SET' ? raw.slice(bang + 1) : '';
  const cut = tail.indexOf('!');
  const element = method === 'SET' ? raw.slice(0, bang + 1) + (cut < 0 ? tail : tail.slice(0, cut)) : method === 'GET' ? raw.replace(/!TY\.[a-z]+$/, '') : raw;
  // A navigation request's target stands where the value should: `a~n~r!tar~activity_3~TY.c`.
  const nav = /^a~n~r!tar~(.+)~(TY\.c|N\.j)$/.exec(raw);
  return {
    method,
    argument: nav ? 'adl.nav.request' : element.split('~').map((part) => (part === 'tar' ? part : word(part))).join('.').replace(/\.tar\.([^.].*)$/, '.{target=$1}'),
    value: nav ? `{target=${nav[1]}}${word(nav[2]!)}` : cut < 0 ? '' : word(tail.slice(cut + 1)),
    expected: word(parts[2] ?? ''),
    error: parts.at(-1) ?? '',
    line,
  };
}
