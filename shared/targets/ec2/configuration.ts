import { crc32 } from 'node:zlib';
import { putObject } from '../../aws/object-writes.ts';
import { readObject } from '../../aws/objects.ts';
import { MOST_BYTES, type SettingsFile } from '../../configuration/render.ts';
import { done, failed, type Outcome } from '../../outcome.ts';
import { sha256Of } from '../settings.ts';
import type { Lease, Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { settingsKey } from './names.ts';
import { stackOf } from './stack.ts';

/**
 * Keeps the release's settings beside its copy of the artifact, under their digest: an instance that is
 * started in half a year fetches the same ones.
 */
export async function configure(plan: Plan, lease: Lease, file?: SettingsFile): Promise<Outcome> {
  const { file: planned } = detailOf(plan);
  if (!planned) return done();
  const { bucket } = stackOf(plan);
  const key = settingsKey(plan, planned);
  const told = done({ settings: planned.name, sha256: planned.sha256.slice(0, 12) });
  if ((await digestOf(bucket, key)) === planned.sha256) return told;
  if (file?.name !== planned.name || sha256Of(file.text) !== planned.sha256)
    return failed(
      'SETTINGS_CHANGED',
      `${planned.name} is not what release ${plan.release} was planned with, and cannot be made again: deploy the manifest once more`,
    );
  if (!(await lease.holds())) return failed('FENCED', 'a newer deployment holds the lock');
  const bytes = Buffer.from(file.text);
  await putObject(bucket, {
    ...{ key, size: bytes.length, crc: crc32(bytes), type: 'text/plain; charset=utf-8', cacheControl: 'no-store' },
    content: () => bytes,
  });
  if ((await digestOf(bucket, key)) === planned.sha256) return told;
  throw new Error(`s3://${bucket}/${key} is not what was written to it`);
}

async function digestOf(bucket: string, key: string): Promise<string | undefined> {
  const bytes = await readObject({ bucket, key }, MOST_BYTES + 1);
  return bytes && sha256Of(Buffer.from(bytes));
}
