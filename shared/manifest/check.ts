import { completed, type Resolved } from './complete.ts';
import { type Layers, layered } from './environments.ts';
import { explain } from './explain.ts';
import { type Finding, joinPath } from './finding.ts';
import { type Misfit, misfits } from './misfits.ts';
import { manifestSchema } from './schema.ts';
import { shapeOf, TEXT } from './shape.ts';
import { find, isHidden, type Node, offsetsIn } from './tree.ts';
import { plainValue } from './value.ts';

/** A manifest in one environment: the tree that it was read from, and either itself or what is wrong with it. */
export interface Checked {
  tree: Node;
  manifest?: Resolved;
  findings: Finding[];
}

/** The schema is of one environment; the section with all of them is known beside it. */
const one = shapeOf(manifestSchema);
const shape = { ...one, keys: new Map([...(one.keys ?? []), ['environments', TEXT]]) };

/** Checks the manifest of one environment as if it had been written out. */
export function checkIn(layers: Layers, environment: string): Checked {
  const override = layers.overrides.get(environment);
  const tree = layered(layers.base, override);
  const value = completed(plainValue(tree, shape));
  const { data, error } = manifestSchema.safeParse(value);
  const findings = [
    ...explain(error?.issues ?? [], tree, shape),
    ...misfits(value).flatMap((misfit) => misfitIn(tree, misfit)),
  ];
  // `completed` added the sections of the target before the schema looked.
  if (data && findings.length === 0) return { tree, manifest: data as Resolved, findings };
  const own = override ? offsetsIn(override) : undefined;
  return { tree, findings: findings.map((one) => (own?.has(one.at) ? inEnvironment(one, environment) : one)) };
}

function misfitIn(tree: Node, { path, code = 'MANIFEST_MISFIT', ...said }: Misfit): Finding[] {
  const { node, at, parent } = find(tree, path);
  return !node && isHidden(parent) ? [] : [{ ...said, code, at, path: joinPath(path) }];
}

/** What was written in `environments` is called by where it stands. */
const inEnvironment = (finding: Finding, environment: string): Finding =>
  finding.path === undefined ? finding : { ...finding, path: `environments.${environment}.${finding.path}` };
