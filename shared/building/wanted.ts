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

/** A service runs images alone; a function does where a Dockerfile is named. */
export function builtAs({ target, build }: Pick<Resolved, 'target' | 'build'>): BuiltAs {
  if (target === 'ecs') return 'image';
  return target === 'lambda' && build?.dockerfile !== undefined ? 'image' : 'artifact';
}

/** The processor that what is built runs on; what is no program runs anywhere. */
export function processorOf(manifest: Resolved): 'arm64' | 'x86' {
  if (manifest.target === 'ecs') return manifest.ecs.architecture;
  if (manifest.target === 'lambda') return manifest.lambda.architecture;
  return 'arm64';
}
