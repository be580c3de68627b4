import { beanstalkSection } from './beanstalk.ts';
import { ec2Section } from './ec2.ts';
import { ecsSection } from './ecs.ts';
import { lambdaSection } from './lambda.ts';
import { staticSection } from './static.ts';

/** The manifest's section of each target, by the target's name: a new target is a line here. */
export const sections = {
  static: staticSection,
  ecs: ecsSection,
  ec2: ec2Section,
  beanstalk: beanstalkSection,
  lambda: lambdaSection,
};

export type TargetName = keyof typeof sections;

export const TARGETS = Object.keys(sections) as [TargetName, ...TargetName[]];
