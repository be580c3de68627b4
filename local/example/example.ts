import type { Environment } from '../environment.ts';
import type { Page } from './load.ts';
import { staticExample } from './static.ts';

/** An example: versions that are deployed one after the other, and what its viewers ask for meanwhile. */
export interface Example {
  /** Its folder in examples/. */
  name: string;
  /** Folders of the versions, in order. */
  versions: string[];
  /** Host that its viewers ask, without the port. */
  host: string;
  url(environment: Pick<Environment, 'ports'>): string;
  /** What viewers ask for while versions follow each other. */
  pages(folder: string): Page[];
  /** What the first version's open tabs ask for after it was replaced. */
  kept(folder: string): Page[];
}

/** One line per example. */
export const examples: Record<string, Example> = {
  static: staticExample,
};
