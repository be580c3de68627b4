import * as z from 'zod/mini';
import { choice, key, line, named, optional, section, text } from '../kinds.ts';
import { diskGiB, instanceType } from './ec2.ts';

const PLATFORM = 'a platform such as Node.js 24 running on 64bit Amazon Linux 2023';

/** A pair of AWS Elastic Beanstalk environments. */
export const beanstalkSection = section({
  platform: key(
    'The solution stack, without its version: the newest is taken and shown in the plan.',
    text(PLATFORM, /^[\w.#+ -]{3,100} running on 64bit Amazon Linux \d{4}$/),
  ),
  tier: key('Only web environments have an address that can be swapped.', z._default(choice('web', 'worker'), 'web')),
  instance: optional('The instance type; `traffic` decides where it is not given.', instanceType()),
  disk: key('GiB of the gp3 volume.', z._default(diskGiB(), 8)),
  loadBalancer: key(
    '`none` is a single instance, which cannot be scaled.',
    z._default(choice('application', 'none'), 'application'),
  ),
  options: optional(
    'Further option settings, as namespace:name.',
    named('namespace:name', /^aws:[a-z0-9:_-]{1,150}:[A-Za-z0-9 _-]{1,100}$/, line(1000), 50),
  ),
  idle: key('The old environment, when its keep time is over.', z._default(choice('terminate', 'keep'), 'terminate')),
});
