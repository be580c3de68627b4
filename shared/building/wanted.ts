import { abilitiesOf } from '../manifest/abilities.ts';
import type { Resolved } from '../manifest/complete.ts';

/** What a repository’s code is made into. */
export type BuiltAs = 'artifact' | 'image';

/** What Validate settles where the source is a repository: Build makes it, and plans with what came of it. */
export interface Building {
  /** `github.com/acme/shop` */
  repository: string;
  /** The id of its connection. */
  connection: string;
  /** 40 or 64 hex digits. */
  commit: string;
  as: BuiltAs;
}

/** What runs nothing but images has one built; what can run both has one where a Dockerfile is named. */
export function builtAs({ target, build }: Pick<Resolved, 'target' | 'build'>): BuiltAs {
  const { images } = abilitiesOf(target);
  return images === 'only' || (images === 'as well' && build?.dockerfile !== undefined) ? 'image' : 'artifact';
}

/** The processor that what is built runs on, where the target says one; what is no program runs anywhere. */
export function processorOf(manifest: Resolved): 'arm64' | 'x86' {
  const own: object = manifest[manifest.target] ?? {};
  return 'architecture' in own ? (own.architecture as 'arm64' | 'x86') : 'arm64';
}
