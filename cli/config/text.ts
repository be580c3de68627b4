import type { ReleaseConfig } from '../../shared/api.ts';
import type { Configuration } from '../../shared/configuration/told.ts';
import { type Paint, printable } from '../io.ts';

/** What a release is configured with, for people: the file as it is, variables, and where secrets lie. */
export function configText(
  { release, isLive }: ReleaseConfig,
  { file, variables, secrets }: Configuration,
  where: string,
  paint: Paint,
): string {
  const heading = `${where}, release ${release}${isLive ? ' (live)' : ''}`;
  const parts = [
    ...(file ? [[`${file.name}, which the pilot finds as ${file.path}`, ...linesOf(file.text)]] : []),
    ...named('environment variables', variables),
    ...named('secrets, as environment variables', secrets),
  ];
  if (parts.length === 0) return `${heading}\n\nNothing is configured.`;
  return [heading, ...parts.map(([title = '', ...lines]) => [paint('bold', title), ...lines].join('\n'))].join('\n\n');
}

const linesOf = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line ? clean(line) : ''}`);

/** Without what could steer a terminal; spaces stay, they mean something. */
const clean = (line: string): string => line.replace(/[^\n]+/g, (part) => printable(part));

function named(title: string, entries: Record<string, string>): string[][] {
  const names = Object.keys(entries).sort();
  if (names.length === 0) return [];
  const width = Math.max(...names.map((name) => name.length));
  return [[title, ...names.map((name) => `  ${name.padEnd(width)}  ${printable(entries[name] ?? '')}`)]];
}
