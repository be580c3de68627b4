import type { Resolved } from '../manifest/complete.ts';
import { processorOf } from './wanted.ts';

/** The machine that builds, as CodeBuild calls what it is made of. */
export interface Machine {
  image: string;
  type: 'ARM_CONTAINER' | 'LINUX_CONTAINER';
  compute: 'BUILD_GENERAL1_SMALL' | 'BUILD_GENERAL1_MEDIUM' | 'BUILD_GENERAL1_LARGE';
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html */
const IMAGES = {
  arm64: 'aws/codebuild/amazonlinux-aarch64-standard:3.0',
  x86: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
} as const;

const SIZES = {
  small: 'BUILD_GENERAL1_SMALL',
  medium: 'BUILD_GENERAL1_MEDIUM',
  large: 'BUILD_GENERAL1_LARGE',
} as const;

/** AWS’s own images tell their processor; of others the target’s counts. */
export function machineOf(manifest: Resolved): Machine {
  const { runsOn, size = 'small' } = { ...manifest.build };
  const image = runsOn ?? IMAGES[processorOf(manifest)];
  const named = /aarch64|arm64/.test(image) ? 'arm64' : /x86_64|amd64/.test(image) ? 'x86' : processorOf(manifest);
  return { image, type: named === 'arm64' ? 'ARM_CONTAINER' : 'LINUX_CONTAINER', compute: SIZES[size] };
}

/** Those that CodeBuild brings along; others are pulled with the build’s own role. */
export const isOfCodeBuild = (image: string): boolean => image.startsWith('aws/codebuild/');
