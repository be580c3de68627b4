import { abilitiesOf, meantOf } from './abilities.ts';
import { isSection } from './complete.ts';
import { PREVIEW } from './identifiers.ts';
import { listed } from './kinds.ts';
import { type Misfit, misfit, Reader } from './misfit.ts';
import { TARGETS } from './sections/index.ts';

/** Something that the pilot’s stack leaves when it is removed, or without which something else is there for nothing. */
interface Kept {
  path: [string, ...string[]];
  message: string;
  expected: string;
  isWanted: (of: Reader) => boolean;
}

const VOLUME = 'a preview is removed, and the files on its volume would be lost';
const hasText = (of: Reader, ...path: string[]): boolean => typeof of.get(...path) === 'string';
const hasOwnDatabase = (of: Reader): boolean => isSection(of.get('database')) && !of.has('database', 'url');
const hasMigrations = (of: Reader): boolean => isSection(of.get('migrations'));

const KEPT: readonly Kept[] = [
  {
    path: ['database'],
    message: 'a preview is removed, and what is in its database would be lost',
    expected: 'no database in previews, or database.url, the address of one elsewhere',
    isWanted: hasOwnDatabase,
  },
  {
    path: ['migrations'],
    message: 'previews have no database to migrate',
    expected: 'no migrations in previews',
    isWanted: (of) => hasMigrations(of) && !of.has('database'),
  },
  {
    path: ['ecs', 'mount'],
    message: VOLUME,
    expected: 'no volume in previews',
    isWanted: (of) => of.get('target') === 'ecs' && hasText(of, 'ecs', 'mount'),
  },
  {
    path: ['config', 'file'],
    message: `config.file lies on a volume: ${VOLUME}`,
    expected: 'config.values alone in previews, which are environment variables then',
    isWanted: (of) => of.get('target') === 'ecs' && hasText(of, 'config', 'file'),
  },
  {
    path: ['lambda', 'events'],
    message: 'a preview is removed, and the objects in its bucket would be lost',
    expected: 'no lambda.events in previews',
    isWanted: (of) => of.get('target') === 'lambda' && hasText(of, 'lambda', 'events'),
  },
];

/**
 * What cannot be in a preview, which is removed by itself: nothing may be lost by that.
 * @param written the manifest of the previews as it was written; what in it is wrong by itself is passed over.
 */
export function previewMisfits(written: unknown): Misfit[] {
  if (!isSection(written)) return [];
  const of = new Reader(written);
  const target = TARGETS.find((name) => name === written.target);
  if (target && !abilitiesOf(target).previews) {
    const message = `pilots of target ${target} have no previews yet`;
    return [{ code: 'PREVIEW_TARGET', path: ['target'], message, expected: `${able()}, or previews: false` }];
  }
  return [...sourceMisfits(of), ...keptMisfits(of)];
}

const able = (): string => listed(meantOf('previews', TARGETS));

function sourceMisfits(of: Reader): Misfit[] {
  if (!isSection(of.get('source')) || of.has('source', 'git')) return [];
  const message = 'there is no repository whose pull requests could have previews';
  return [misfit(['previews'], message, 'source.git as well')];
}

function keptMisfits(of: Reader): Misfit[] {
  const kept = KEPT.filter(({ isWanted }) => isWanted(of));
  // Without its database there is nothing to migrate.
  const goes = hasOwnDatabase(of) && hasMigrations(of) ? ['migrations'] : [];
  const without = KEPT.filter((one) => kept.includes(one) || goes.includes(one.path.join('.')));
  const taken = without.map(({ path: [section, key] }) => (key ? `${section}: { ${key}: null }` : `${section}: null`));
  const hint = `environments: { ${PREVIEW}: { ${taken.join(', ')} } }`;
  return kept.map(({ path, message, expected }) => ({ code: 'PREVIEW_DATA', path, message, expected, hint }));
}
