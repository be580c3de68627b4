import type { ManifestCode } from './codes.ts';
import { isSection } from './complete.ts';
import { DURATION, seconds } from './duration.ts';

/** Two parts of a manifest that do not fit together; each part alone is right. */
export interface Misfit {
  path: (string | number)[];
  message: string;
  expected: string;
  hint?: string;
  code?: ManifestCode;
}

/** A misfit of the usual code, `MANIFEST_MISFIT`. */
export const misfit = (path: (string | number)[], message: string, expected: string, hint?: string): Misfit => ({
  path,
  message,
  expected,
  ...(hint && { hint }),
});

/** Looks at what was written, whatever it is. */
export class Reader {
  private readonly root: Record<string, unknown>;
  constructor(root: Record<string, unknown>) {
    this.root = root;
  }
  get(...path: string[]): unknown {
    return path.reduce<unknown>(
      (here, key) => (isSection(here) && Object.hasOwn(here, key) ? here[key] : undefined),
      this.root,
    );
  }
  has(...path: string[]): boolean {
    return this.get(...path) !== undefined;
  }
  number(...path: string[]): number | undefined {
    const value = this.get(...path);
    return typeof value === 'number' ? value : undefined;
  }
  /** Of a duration as it is written: `5m` is 300. */
  seconds(...path: string[]): number | undefined {
    const value = this.get(...path);
    return typeof value === 'string' && DURATION.test(value) ? seconds(value) : undefined;
  }
  /** Names of the entries of a section. */
  names(...path: string[]): string[] {
    const value = this.get(...path);
    return isSection(value) ? Object.keys(value) : [];
  }
}

/** Two numbers the wrong way round. */
export function inOrder(of: Reader, less: string[], more: string[]): Misfit | undefined {
  const low = of.number(...less);
  const high = of.number(...more);
  if (low === undefined || high === undefined || low <= high) return undefined;
  return misfit(more, `${more.join('.')} is ${high}, less than ${less.join('.')}`, `at least ${low}`);
}
