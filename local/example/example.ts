import { beanstalkExample } from './beanstalk.ts';
import { ec2Example } from './ec2.ts';
import { ecsExample } from './ecs.ts';
import { ecsDatabaseExample } from './ecs-database.ts';
import { lambdaExample } from './lambda.ts';
import type { Page } from './load.ts';
import { staticExample } from './static.ts';

/** An example: versions that are deployed one after the other, and what its viewers ask for meanwhile. */
export interface Example {
  /** Its folder in examples/. */
  name: string;
  /** What its manifests name it. */
  pilot: string;
  /** Folders of the versions, in order. */
  versions: string[];
  /** What viewers ask for while versions follow each other. */
  pages(folder: string): Promise<Page[]>;
  /** What the first version's open tabs ask for after it was replaced. */
  kept(folder: string): Page[];
}

/** One line per example. */
export const examples: Record<string, Example> = {
  static: staticExample,
  ecs: ecsExample,
  'ecs-database': ecsDatabaseExample,
  ec2: ec2Example,
  beanstalk: beanstalkExample,
  lambda: lambdaExample,
};
