import { createHash } from 'node:crypto';
import type { Resolved } from '../manifest/complete.ts';
import { canonicalJson } from '../manifest/digest.ts';
import { machineOf } from './machine.ts';
import type { Building } from './wanted.ts';

/**
 * What a build is known by: all that goes into it. Where two have the same, what came of the first is what the second is for.
 * Its environment goes into it: commands are told it, references are other values in another one, and what the code of one
 * makes is never what goes live in another.
 * @returns 64 hex digits.
 */
export function buildKey(building: Building, manifest: Resolved, environment: string): string {
  const { repository, commit, as } = building;
  const { build, source, target } = manifest;
  const { commands, output, dockerfile, buildspec, variables = {} } = { ...build };
  const inputs = {
    ...{ repository, commit, as, target, folder: source.git?.folder ?? '' },
    ...{ commands, output, dockerfile, buildspec, variables },
    ...{ machine: machineOf(manifest), environment },
  };
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(inputs))))
    .digest('hex');
}
