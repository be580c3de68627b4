import type { Resolved } from './complete.ts';
import type { Described } from './describe.ts';
import { notYet } from './not-yet.ts';
import type { TargetName } from './sections/index.ts';

/** What a section means nothing without. */
const WITH: Record<string, object> = { build: { source: { git: {} } } };

/** Of the targets that a key means something for, those for which this version of Pilotage deploys it. */
export function deployedFor({ path, targets }: Pick<Described, 'path' | 'targets'>): TargetName[] {
  const keys = path.replaceAll('[]', '').split('.');
  const asked = keys.reduceRight<object>((inner, key) => ({ [key]: inner }), {});
  return targets.filter((target) => {
    // Whoever refuses a deployment is asked, with a manifest that holds nothing but this.
    const manifest = { ...WITH[keys[0] ?? ''], ...asked, target } as unknown as Resolved;
    return notYet({ manifest, placeOf: () => ({ file: '' }) }).length === 0;
  });
}
