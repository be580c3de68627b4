import * as z from 'zod/mini';
import { argv, key, list, optional, section, text, whole } from '../kinds.ts';
import { mountPoint, port } from './ecs.ts';

const INSTANCE = 'an instance type such as t4g.medium';
const COMMANDS = 'at most 20 commands, each a list such as [npm, ci]';

/** https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html */
export const instanceType = () =>
  text(INSTANCE, /^[a-z]{1,4}\d{1,2}[a-z-]{0,8}\.(?:nano|micro|small|medium|large|metal|(?:\d{1,2})?xlarge)$/);

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ebs-volume-types.html */
export const diskGiB = () => whole(8, 16_384);

/** Instances of the pilot's own, in an Auto Scaling group behind a load balancer. */
export const ec2Section = section({
  instance: optional(
    'The instance type; `traffic` decides where it is not given, t4g.medium for normal.',
    instanceType(),
  ),
  disk: key('GiB of the encrypted gp3 volume.', z._default(diskGiB(), 8)),
  image: key(
    'The public parameter that names the machine image.',
    z._default(
      text(
        'a public parameter such as /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
        /^\/aws\/service\/[\w./-]{1,400}$/,
      ),
      '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
    ),
  ),
  port: key('The port that the pilot listens on.', z._default(port(), 8080)),
  install: key(
    'Run once on each instance, as root, in the folder of the release; then the folder is the pilot’s own user’s.',
    z._default(list(argv(), COMMANDS, 20), []),
  ),
  start: optional(
    'Starts the pilot and stays; run as a systemd unit, by a user of its own. It hears its port as PORT.',
    argv(),
  ),
  stop: optional('Stops the pilot; SIGTERM where it is not given.', argv()),
  mount: optional('Where the pilot’s EFS volume is mounted; without it there is no volume.', mountPoint()),
});
