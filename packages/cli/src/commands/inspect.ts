import { basename } from 'node:path';
import { listUnits, pickText, type CourseNode } from '@lectern/core';
import { readPackage, type CoursePackage } from '@lectern/courseware';
import { Command } from 'commander';
import { openPackage } from '../open-package.js';
import { errorJson, EXIT, report } from '../report.js';

/** `lectern inspect FILE`: what is in a package, without a server. */
export function inspectCommand(finish: (code: number) => void): Command {
  return new Command('inspect')
    .description('Read a course package (SCORM 1.2 or 2004, cmi5, Common Cartridge, Tin Can, course.json) and say what is in it.')
    .argument('<file>', 'the package')
    .option('--manifest <name>', 'read it by this manifest, though it has another: imsmanifest.xml, cmi5.xml, tincan.xml, h5p.json')
    .option('--json', 'print JSON')
    .action(async (file: string, { json, manifest }: { json?: boolean; manifest?: string }) => {
      try {
        const pack = await readPackage(await openPackage(file), { id: `urn:lectern:inspect:${encodeURIComponent(basename(file))}`, ...(manifest === undefined ? {} : { manifest }) });
        process.stdout.write(json ? `${JSON.stringify(summary(pack), null, 2)}\n` : describePackage(file, pack));
        await pack.close();
      } catch (error) {
        if (json) process.stdout.write(`${JSON.stringify({ error: errorJson(error) })}\n`);
        else report(error);
        finish(EXIT.failed);
      }
    });
}

function summary({ course, format, manifest, warnings, entries }: CoursePackage): object {
  return {
    title: course.title, format, manifest, units: listUnits(course).length, files: entries.length,
    bytes: entries.reduce((sum, { size }) => sum + size, 0), warnings, course,
  };
}

function describePackage(file: string, { course, format, manifest, warnings, entries }: CoursePackage): string {
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  const units = listUnits(course).length;
  const lines = [
    `${pickText(course.title, [])}`,
    `${basename(file)}: ${format} (${manifest}), ${units} ${units === 1 ? 'unit' : 'units'}, ${entries.length} files, ${(size / 1024 / 1024).toFixed(1)} MiB`,
    '',
    ...course.children.flatMap((node) => outline(node, 0)),
    ...warnings.map(({ message, file: where }) => `warning: ${message}${where === undefined ? '' : ` [${where}]`}`),
  ];
  return `${lines.join('\n')}\n`;
}

function outline(node: CourseNode, depth: number): string[] {
  const line = `${'  '.repeat(depth)}${node.type === 'block' ? '▸' : '·'} ${pickText(node.title, [])}${node.type === 'unit' ? `  (${node.kind}, ${node.moveOn})` : ''}`;
  return node.type === 'block' ? [line, ...node.children.flatMap((child) => outline(child, depth + 1))] : [line];
}
