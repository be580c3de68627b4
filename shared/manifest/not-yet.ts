import type { Problem } from '../errors.ts';
import type { Resolved } from './complete.ts';
import { joinPath } from './finding.ts';
import type { Loaded } from './load.ts';
import { readReference } from './reference.ts';
import type { TargetName } from './sections/index.ts';

type Path = readonly (string | number)[];

/** What is planned and not deployed by this version; what comes is taken out here. */
interface Later {
  path: Path;
  /** Targets for which it is deployed all the same. */
  but?: readonly TargetName[];
  /** What of its values is deployed; nothing of it where it is absent. */
  unless?: readonly unknown[];
}

const SERVERS: readonly TargetName[] = ['ecs', 'ec2', 'beanstalk', 'lambda'];

const LATER: readonly Later[] = [
  { path: ['role'] },
  { path: ['approval'], unless: ['none'] },
  { path: ['source', 'git', 'connection'] },
  { path: ['source', 'artifact'], but: ['static', 'ec2', 'beanstalk', 'lambda'] },
  { path: ['source', 'image'], but: ['ecs', 'lambda'] },
  { path: ['components'] },
  { path: ['network'], but: SERVERS },
  { path: ['database'], but: SERVERS },
  { path: ['migrations'], but: SERVERS },
  { path: ['config'], but: SERVERS },
  { path: ['secrets'], but: SERVERS },
  { path: ['backups'], but: SERVERS },
  { path: ['domain'], but: SERVERS },
  { path: ['email'] },
  { path: ['budget'] },
  { path: ['retention', 'logs'], but: SERVERS },
  { path: ['notifications', 'email'] },
  { path: ['notifications', 'slack'] },
  { path: ['notifications', 'webhooks'] },
];

/** Where Pilotage itself runs; undefined where that is not known. */
export interface Here {
  account?: string | undefined;
  region?: string | undefined;
}

/** What a manifest asks for that this version knows, plans and cannot deploy, each where it was written. */
export function notYet(
  { manifest, placeOf }: Pick<Extract<Loaded, { ok: true }>, 'manifest' | 'placeOf'>,
  here: Here = {},
): Problem[] {
  return pathsOf(manifest, here).map(({ path, message }) => ({
    code: 'NOT_YET',
    message,
    expected: 'a manifest without it, until a later version of Pilotage',
    place: placeOf(path),
  }));
}

function pathsOf(manifest: Resolved, here: Here): { path: Path; message: string }[] {
  const said = (path: Path, what = path.join('.')) => ({ path, message: `${what} is planned, and not deployed yet` });
  const elsewhere = (['account', 'region'] as const).filter(
    (key) => manifest[key] !== undefined && here[key] !== undefined && manifest[key] !== here[key],
  );
  return [
    ...elsewhere.map((key) => said([key], `${key} ${manifest[key]}, where Pilotage itself does not run,`)),
    ...LATER.filter((later) => isAsked(manifest, later)).map(({ path }) => said(path)),
    ...referencesIn(manifest.config?.values, ['config', 'values']).map((path) =>
      said(path, `${joinPath(path)}, a reference among settings,`),
    ),
  ];
}

/** They would be handed on as the text that they are, and nobody would follow them. */
function referencesIn(value: unknown, path: Path): Path[] {
  if (typeof value === 'string') return readReference(value) ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => referencesIn(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => referencesIn(inner, [...path, key]));
}

/** Defaults ask for nothing. */
function isAsked(manifest: Resolved, { path, but = [], unless = [] }: Later): boolean {
  const value = path.reduce<unknown>((here, key) => Reflect.get(Object(here), key), manifest);
  return value !== undefined && !but.includes(manifest.target) && !unless.includes(value);
}
