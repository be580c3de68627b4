import type { Problem } from '../errors.ts';
import type { Resolved } from './complete.ts';
import type { Loaded } from './load.ts';
import type { TargetName } from './sections/index.ts';

/** Targets that this version deploys. */
const DEPLOYED: readonly TargetName[] = ['static'];

type Path = readonly string[];

/** What is planned for every target and not deployed by this version; what comes is taken out here. */
const LATER: readonly Path[] = [
  ['role'],
  ['approval'],
  ['source', 'git'],
  ['source', 'image'],
  ['components'],
  ['database'],
  ['migrations'],
  ['config'],
  ['secrets'],
  ['backups'],
  ['domain'],
  ['email'],
  ['budget'],
  ['retention', 'logs'],
  ['notifications', 'email'],
  ['notifications', 'slack'],
  ['notifications', 'webhooks'],
];

/** Where Pilotage itself runs; undefined where that is not known. */
export interface Here {
  account?: string | undefined;
  region?: string | undefined;
}

/** What a manifest asks for that this version knows, plans and cannot deploy, each where it was written. */
export function notYet({ manifest, placeOf }: Extract<Loaded, { ok: true }>, here: Here = {}): Problem[] {
  return pathsOf(manifest, here).map(({ path, message }) => ({
    code: 'NOT_YET',
    message,
    expected: `${path[0] === 'target' ? `target ${DEPLOYED.join(' or ')}` : 'a manifest without it'}, until a later version of Pilotage`,
    place: placeOf(path),
  }));
}

function pathsOf(manifest: Resolved, here: Here): { path: Path; message: string }[] {
  const { target } = manifest;
  const said = (path: Path, what = path.join('.')) => ({ path, message: `${what} is planned, and not deployed yet` });
  const elsewhere = (['account', 'region'] as const).filter(
    (key) => manifest[key] !== undefined && here[key] !== undefined && manifest[key] !== here[key],
  );
  return [
    ...(DEPLOYED.includes(target) ? [] : [said(['target'], `target ${target}`)]),
    ...elsewhere.map((key) => said([key], `${key} ${manifest[key]}, where Pilotage itself does not run,`)),
    ...LATER.filter((path) => isAsked(manifest, path)).map((path) => said(path)),
  ];
}

/** Defaults ask for nothing. */
function isAsked(manifest: Resolved, path: Path): boolean {
  const value = path.reduce<unknown>((here, key) => Reflect.get(Object(here), key), manifest);
  return value !== undefined && value !== 'none';
}
