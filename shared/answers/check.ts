import type { ApiAnswer } from '../api.ts';
import { setting } from '../aws/config.ts';
import type { Resolved } from '../manifest/complete.ts';
import { loadManifest } from '../manifest/load.ts';
import { DEFAULT_ENVIRONMENT, manifestKey } from '../names.ts';
import { checked } from '../planning/checked.ts';
import { withUsualEdge } from '../planning/usual-edge.ts';
import type { StackPreview } from '../preview/stack.ts';
import type { Asked } from './request.ts';

/** What Validate would say of a manifest, before its artifact is looked at. */
export async function check({
  pilot,
  environment = DEFAULT_ENVIRONMENT,
  manifest,
}: Asked<'check'>): Promise<ApiAnswer<'check'>> {
  const at = { pilot, environment, bucket: setting('MANIFESTS_BUCKET'), key: manifestKey(pilot, environment) };
  const bytes = new TextEncoder().encode(manifest);
  const found = await checked(bytes, 'pilot.yaml', at);
  const resolved = await asDeployed(bytes, pilot, environment);
  const stack = resolved && (await previewOf(resolved, environment));
  return {
    ok: true,
    answer: {
      problems: found.ok ? [] : found.problems,
      ...(stack && { stack }),
      ...(resolved?.edge && { edge: resolved.edge }),
    },
  };
}

/** Also of what is refused: who reads the plan sees all of it. Another pilot's stack is not told of. */
async function asDeployed(bytes: Uint8Array, pilot: string, environment: string): Promise<Resolved | undefined> {
  const loaded = loadManifest(bytes, 'pilot.yaml', environment);
  if (!loaded.ok || loaded.manifest.name !== pilot) return undefined;
  return (await withUsualEdge(loaded)).loaded.manifest;
}

async function previewOf(manifest: Resolved, environment: string): Promise<StackPreview | undefined> {
  const { stackPreview } = await import('../planning/stack-preview.ts');
  return stackPreview(manifest, environment);
}
