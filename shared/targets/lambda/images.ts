import { readFunction } from '../../aws/function-state.ts';
import { listVersions } from '../../aws/function-versions.ts';
import { derivedName } from '../../manifest/derived-names.ts';
import { offlineVersion } from './versions.ts';

/**
 * Images that the function is made of beside those of its releases: that of its unpublished state, without which Lambda changes
 * no setting of it (“The function is trying to use a deleted image”), and that of the version which the alias names while the
 * pilot is offline.
 */
export async function imagesHeld(of: { pilot: string; environment: string }): Promise<string[]> {
  const name = derivedName('function', of);
  const unpublished = await readFunction(name);
  if (!unpublished) return [];
  const offline = offlineVersion(await listVersions(name));
  const version = offline && (await readFunction(`${name}:${offline.version}`));
  return [unpublished, version].flatMap((one) => one?.image ?? []);
}
