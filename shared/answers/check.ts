import type { ApiAnswer } from '../api.ts';
import { setting } from '../aws/config.ts';
import { DEFAULT_ENVIRONMENT, manifestKey } from '../names.ts';
import { checked } from '../planning/checked.ts';
import type { Asked } from './request.ts';

/** What Validate would say of a manifest, before its artifact is looked at. */
export async function check({
  pilot,
  environment = DEFAULT_ENVIRONMENT,
  manifest,
}: Asked<'check'>): Promise<ApiAnswer<'check'>> {
  const at = { pilot, environment, bucket: setting('MANIFESTS_BUCKET'), key: manifestKey(pilot, environment) };
  const found = await checked(new TextEncoder().encode(manifest), 'pilot.yaml', at);
  return { ok: true, answer: { problems: found.ok ? [] : found.problems } };
}
