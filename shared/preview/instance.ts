import { sizeFor } from './capacity.ts';
import { vcpusOf } from './machines.ts';

export type Architecture = 'arm64' | 'x86';

interface Sizes {
  /** Burstable: it carries a peak, not a load that stays. */
  small: string;
  steady: readonly [string, ...string[]];
}

const SIZES: Record<Architecture, Sizes> = {
  arm64: { small: 't4g.medium', steady: ['m7g.large', 'm7g.xlarge', 'm7g.2xlarge'] },
  x86: { small: 't3.medium', steady: ['m7i.large', 'm7i.xlarge'] },
};

export interface Instance {
  type: string;
  vcpus: number;
}

/** An instance of the type that the manifest gives, or that the load asks for. */
export function instanceFor(given: string | undefined, needed: number, architecture: Architecture = 'arm64'): Instance {
  const { small, steady } = SIZES[architecture];
  const type = given ?? (needed <= vcpusOf(small) ? small : sizeFor(needed, steady, vcpusOf));
  return { type, vcpus: vcpusOf(type) };
}

/** By the `g` after the generation: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html */
export const architectureOf = (type: string): Architecture => (/^[a-z]+\d+g/.test(type) ? 'arm64' : 'x86');

/** What a machine image's parameter says of itself; undefined where it says nothing. */
export function architectureOfImage(image: string): Architecture | undefined {
  if (/arm64/.test(image)) return 'arm64';
  return /x86[_-]64|amd64/.test(image) ? 'x86' : undefined;
}
