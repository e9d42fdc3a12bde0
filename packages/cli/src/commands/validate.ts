import { basename } from 'node:path';
import { validatePackage, type Problem, type Validation } from '@lectern/courseware';
import { Command } from 'commander';
import { openPackage } from '../open-package.js';
import { errorJson, EXIT, report } from '../report.js';
import { showProgress } from '../progress.js';

const HELP = `
Each manifest in a package is held against its standard: SCORM 1.2 and 2004, IMS Common Cartridge, cmi5, Tin Can, course.json; and the archive against what hosts take. A package
may have several manifests, and then each counts.

  error    the standard forbids it, or it cannot be read
  warning  it is read, and some hosts stumble over it, or something is left out

Each problem names the file, the element or attribute, and the clause. With --json one JSON object a package: {file, valid, formats, problems: [{severity, code, message,
file, field, clause}]}.

Examples:
  lectern validate golf.zip
  lectern validate --json *.zip | jq -r 'select(.valid | not) | .file'
  lectern validate --strict golf.zip

Exit status: 0 no errors, 1 errors (with --strict: or warnings) in one of the packages, 2 wrong usage.`;

/** `lectern validate FILE…`: whether packages are as their standards say. */
export function validateCommand(finish: (code: number) => void): Command {
  return new Command('validate')
    .description('Check packages against their standards, and name file, element and clause.')
    .argument('<file...>', 'the packages')
    .option('--strict', 'count warnings as errors')
    .option('--json', 'print one JSON object a package')
    .addHelpText('after', HELP)
    .action(async (files: string[], { json, strict }: { json?: boolean; strict?: boolean }) => {
      const progress = showProgress('Validating');
      for (const [index, file] of files.entries()) {
        progress.at(index / files.length);
        try {
          const found = await validatePackage(await openPackage(file));
          progress.end();
          process.stdout.write(json ? `${JSON.stringify({ file, ...found })}\n` : describe(file, found));
          if (!found.valid || (strict && found.problems.length > 0)) finish(EXIT.failed);
        } catch (error) {
          progress.end();
          if (json) process.stdout.write(`${JSON.stringify({ file, error: errorJson(error) })}\n`);
          else report(error);
          finish(EXIT.failed);
        }
      }
    });
}

function describe(file: string, { valid, formats, problems }: Validation): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const what = formats.map(({ manifest, format, units }) => `${format} (${manifest}, ${units} ${units === 1 ? 'unit' : 'units'})`).join(', ');
  const head = `${basename(file)}: ${valid ? 'valid' : `${errors} ${errors === 1 ? 'error' : 'errors'}`}${what ? `, ${what}` : ''}`;
  return `${[head, ...problems.map(line)].join('\n')}\n`;
}

const line = ({ severity, code, message, file, field, clause }: Problem): string =>
  `  ${severity.padEnd(7)}  ${message} [${[code, ...(file ? [`file ${file}`] : []), ...(field ? [`at ${field}`] : []), ...(clause ? [`by ${clause}`] : [])].join(', ')}]`;
