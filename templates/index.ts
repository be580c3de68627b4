import type { Site } from '../shared/preview/model.ts';
import { beanstalkParts } from './beanstalk.ts';
import { ec2Parts } from './ec2.ts';
import { ecsParts } from './ecs.ts';
import { lambdaParts } from './lambda.ts';
import { joined, type Template } from './template.ts';

/** The targets whose pilots have a stack of their own. */
export const STACKED: readonly string[] = ['ecs', 'ec2', 'beanstalk', 'lambda'];

/** What is slow and lasting, by target: one stack for each pilot and environment. */
export function templateOf(site: Site): Template | undefined {
  const { manifest, environment } = site;
  const description = `Pilotage: ${manifest.name} in ${environment}`;
  switch (manifest.target) {
    case 'ecs':
      return joined(description, ecsParts({ ...site, manifest }));
    case 'ec2':
      return joined(description, ec2Parts({ ...site, manifest }));
    case 'beanstalk':
      return joined(description, beanstalkParts({ ...site, manifest }));
    case 'lambda':
      return joined(description, lambdaParts({ ...site, manifest }));
    default:
      return undefined;
  }
}
