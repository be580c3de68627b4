import type { Problem } from '../errors.ts';
import { explain } from './explain.ts';
import { type Finding, placed } from './finding.ts';
import { parse } from './parse.ts';
import { type Manifest, manifestSchema } from './schema.ts';
import { shapeOf } from './shape.ts';
import { readText } from './text.ts';
import { plainValue } from './value.ts';

export { MANIFEST_LIMIT } from './text.ts';

export type Loaded = { ok: true; manifest: Manifest } | { ok: false; problems: Problem[] };

const shape = shapeOf(manifestSchema);

/**
 * Reads `pilot.yaml` (YAML, or JSON, which is YAML too): the complete manifest,
 * or every problem there is, each with its place, sorted by place. Whatever the
 * bytes are, it answers; it never throws and never exhausts the stack.
 * @param bytes the file; more than MANIFEST_LIMIT are refused unread.
 * @param file its name, as the problems' places show it.
 */
export function loadManifest(bytes: Uint8Array, file: string): Loaded {
  const { text, findings } = readText(bytes);
  if (findings.length > 0) return refusal(findings, text, file);

  const { root, findings: written } = parse(text);
  if (!root) return refusal(written, text, file);

  const checked = manifestSchema.safeParse(plainValue(root, shape));
  if (checked.success && written.length === 0) return { ok: true, manifest: checked.data };
  return refusal([...written, ...explain(checked.error?.issues ?? [], root, shape)], text, file);
}

function refusal(findings: Finding[], text: string, file: string): Loaded {
  return { ok: false, problems: placed(findings, text, file) };
}
