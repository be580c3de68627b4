import { MANIFEST_CODES, UPLOAD_CODES } from '../../shared/manifest/codes.ts';
import { deployedFor } from '../../shared/manifest/deployed-for.ts';
import { type Described, describeManifest } from '../../shared/manifest/describe.ts';
import { TARGETS } from '../../shared/manifest/sections/index.ts';
import { NOTES } from './notes.ts';

/** The reference of the manifest, docs/manifest.md: what people wrote, then what the schema says. */
export function referencePage(introduction: string): string {
  const all = describeManifest();
  const sections = all.filter(({ keys }) => keys.length > 0);
  return `${[
    introduction.trim(),
    '## Keys',
    table(all),
    ...sections.flatMap(sectionText),
    '## Codes',
    rows(
      ['code', 'meaning'],
      Object.entries({ ...MANIFEST_CODES, ...UPLOAD_CODES }).map(([code, meaning]) => [`\`${code}\``, meaning]),
    ),
  ].join('\n\n')}\n`;
}

function sectionText(section: Described): string[] {
  const { path, description, targets, keys } = section;
  const some = targets.length < TARGETS.length && targets.join() !== path;
  const meant = some ? meantFor(targets) : '';
  const planned = deployedFor(section).length === 0 ? ' Planned, and not deployed yet.' : '';
  return [
    `### ${path}`,
    `${description}${meant}${planned}`,
    table(
      flat(keys).map((one) =>
        one.targets.length < targets.length
          ? { ...one, description: `${one.description}${meantFor(one.targets)}` }
          : one,
      ),
      `${path}.`,
    ),
    ...(NOTES[path] ? [NOTES[path]] : []),
  ];
}

const meantFor = (targets: readonly string[]): string =>
  ` For target${targets.length > 1 ? 's' : ''} ${targets.map((name) => `\`${name}\``).join(', ')}.`;

/** Sections within sections, in one table. */
const flat = (keys: Described[]): Described[] => keys.flatMap((one) => [one, ...flat(one.keys)]);

const table = (keys: Described[], within = ''): string =>
  rows(
    ['key', 'meaning', 'allowed', 'default'],
    keys.map(({ path, description, allowed, required, byDefault, keys: inner }) => [
      `\`${path.replace(within, '')}\``,
      description,
      inner.length > 0 && within === '' ? `[see below](#${path.toLowerCase()})` : allowed,
      required ? 'required' : byDefault === undefined ? '—' : `\`${byDefault}\``,
    ]),
  );

function rows(head: string[], body: string[][]): string {
  const escaped = body.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((title, n) => Math.max(title.length, ...escaped.map((row) => (row[n] ?? '').length)));
  const row = (cells: string[]) => `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`;
  return [row(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...escaped.map(row)].join('\n');
}
