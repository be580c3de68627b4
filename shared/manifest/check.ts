import { completed, type Resolved } from './complete.ts';
import { type Layers, layered } from './environments.ts';
import { explain } from './explain.ts';
import { type Finding, joinPath } from './finding.ts';
import { PREVIEW } from './identifiers.ts';
import { type Misfit, misfits } from './misfits.ts';
import { previewable } from './preview-layer.ts';
import { previewMisfits } from './preview-misfits.ts';
import { manifestSchema } from './schema.ts';
import { shapeOf, TEXT } from './shape.ts';
import { type Entry, find, isHidden, type Mapping, type Node, offsetsIn } from './tree.ts';
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

/** Checks the manifest of one environment, or of all previews, as if it had been written out. */
export function checkIn({ base: everywhere, overrides }: Layers, environment: string): Checked {
  const base = environment === PREVIEW ? previewable(everywhere) : everywhere;
  const override = overrides.get(environment);
  const checked = check(layered(base, override), environment);
  if (!override || checked.findings.length === 0) return checked;
  const own = offsetsIn(override);
  const anyway = new Set(check(base, environment).findings.map(({ at, message }) => `${at} ${message}`));
  const findings = checked.findings.map((finding) => {
    if (own.has(finding.at)) return inEnvironment(finding, environment);
    return anyway.has(`${finding.at} ${finding.message}`) ? finding : onlyIn(finding, override, environment);
  });
  return { ...checked, findings };
}

function check(tree: Node, environment: string): Checked {
  const written = plainValue(tree, shape);
  const value = completed(written);
  const { data, error } = manifestSchema.safeParse(value);
  const findings = [
    ...explain(error?.issues ?? [], tree, shape),
    ...misfitsIn(value, environment === PREVIEW ? previewMisfits(written) : []).flatMap((misfit) =>
      misfitIn(tree, misfit),
    ),
  ];
  // `completed` added the sections of the target before the schema looked.
  return { tree, findings, ...(data && findings.length === 0 && { manifest: data as Resolved }) };
}

/** Of one place, what it is to previews comes before what it is everywhere. */
function misfitsIn(value: unknown, ofPreviews: Misfit[]): Misfit[] {
  const told = new Set(ofPreviews.map(({ path }) => joinPath(path)));
  return [...ofPreviews, ...misfits(value).filter(({ path }) => !told.has(joinPath(path)))];
}

function misfitIn(tree: Node, { path, code = 'MANIFEST_MISFIT', ...said }: Misfit): Finding[] {
  const { node, at, parent } = find(tree, path);
  return !node && isHidden(parent) ? [] : [{ ...said, code, at, path: joinPath(path) }];
}

/** What was written in `environments` is called by where it stands. */
const inEnvironment = (finding: Finding, environment: string): Finding =>
  finding.path === undefined ? finding : { ...finding, path: `environments.${environment}.${finding.path}` };

/** The rest of the file is at fault only together with what this environment changes, or takes away. */
function onlyIn(finding: Finding, override: Mapping, environment: string): Finding {
  const removed = removal(override, finding.path?.split('.') ?? []);
  const message = `${finding.message}, in environment ${environment}`;
  return removed ? inEnvironment({ ...finding, message, at: removed.keyStart }, environment) : { ...finding, message };
}

/** The `null` on the way to a path, if there is one. */
function removal(node: Mapping, [key = '', ...rest]: string[]): Entry | undefined {
  const entry = node.entries.get(key);
  if (entry?.value.kind === 'mapping') return removal(entry.value, rest);
  return entry?.value.kind === 'empty' && entry.value.isNull ? entry : undefined;
}
