import { staticSection } from './static.ts';

/** The manifest's section of each target, by the target's name: a new target is a line here. */
export const sections = { static: staticSection };

/** Targets that are known by name and not built yet; one moves from here into `sections`. */
export const LATER_TARGETS: readonly string[] = ['ecs', 'ec2', 'beanstalk', 'lambda'];
