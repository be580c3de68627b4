import type { Place, Problem } from '../errors.ts';
import { type Checked, checkIn } from './check.ts';
import type { Resolved } from './complete.ts';
import { environmentsIn, type Layers, layersOf, unknownEnvironment } from './environments.ts';
import { type Finding, placed, placeOf } from './finding.ts';
import { DEFAULT_ENVIRONMENT, PREVIEW, settingsOf } from './identifiers.ts';
import { parse } from './parse.ts';
import { secretsIn } from './secret-text.ts';
import { sharedDomains } from './shared-domains.ts';
import { readText } from './text.ts';
import { find } from './tree.ts';

export { MANIFEST_LIMIT } from './text.ts';

export type Loaded =
  | {
      ok: true;
      /** Complete, for the environment that was asked for. */
      manifest: Resolved;
      /** The environments that it says something of, production among them; previews are not. */
      environments: string[];
      /** Where the manifest says what stands at a path, for problems that are found later. */
      placeOf: (path: readonly PropertyKey[]) => Place;
      /** Whether the manifest itself says what stands at a path, of the environment that was asked for. */
      isWritten: (path: readonly PropertyKey[]) => boolean;
    }
  | { ok: false; problems: Problem[] };

/**
 * Reads `pilot.yaml` (YAML, or JSON, which is YAML too): the complete manifest
 * of one environment, or every problem there is in any environment, each with
 * its place, sorted by place. Whatever the bytes are, it answers; it never
 * throws and never exhausts the stack.
 * @param bytes the file; more than MANIFEST_LIMIT are refused unread.
 * @param file its name, as the problems' places show it.
 * @param environment a preview, such as `pr12`, is as `environments.preview` says.
 */
export function loadManifest(bytes: Uint8Array, file: string, environment = DEFAULT_ENVIRONMENT): Loaded {
  const { text, findings } = readText(bytes);
  if (findings.length > 0) return refusal(findings, text, file);

  const { root, findings: written } = parse(text);
  if (!root) return refusal(written, text, file);

  const layers = layersOf(root);
  const checked = [...layers.overrides].map(([name, override]) => ({ name, override, ...checkIn(layers, name) }));
  const asked = askedOf(checked, environment, layers);
  const missing = asked ? [] : [unknownEnvironment(environment, layers)];
  const all = [
    ...written,
    ...secretsIn(root),
    ...layers.findings,
    ...checked.flatMap((one) => one.findings),
    ...sharedDomains(checked),
    ...missing,
  ];
  if (all.length > 0 || !asked?.manifest) return refusal(all, text, file);

  return {
    ok: true,
    manifest: asked.manifest,
    environments: environmentsIn(layers),
    placeOf: (path) => placeOf(asked.tree, path, text, file),
    isWritten: (path) => find(asked.tree, path).node !== undefined,
  };
}

/** The manifest of an environment; without a section `environments` it may go anywhere, but previews are only where it says so. */
function askedOf<Of extends Checked & { name: string }>(checked: Of[], environment: string, { at }: Layers) {
  if (environment === PREVIEW) return undefined;
  const settings = settingsOf(environment);
  const anywhere = at === undefined && settings !== PREVIEW ? checked[0] : undefined;
  return checked.find(({ name }) => name === settings) ?? anywhere;
}

function refusal(findings: Finding[], text: string, file: string): Loaded {
  return { ok: false, problems: placed(findings, text, file) };
}
