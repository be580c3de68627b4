import * as z from 'zod/mini';
import { duration } from '../duration.ts';
import { argv, choice, flag, key, optional, RELATIVE, section, text, whole } from '../kinds.ts';

const CPU = '256, 512, 1024, 2048, 4096, 8192 or 16384, where 1024 is one vCPU';
const MOUNT = 'a folder such as /mnt/efs, at most 100 characters';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
export const cpuUnits = () => z.literal([256, 512, 1024, 2048, 4096, 8192, 16384], CPU);
export const memoryMiB = () => whole(512, 122_880);
export const port = () => whole(1, 65_535);
export const mountPoint = () => text(MOUNT, new RegExp(`^/(?=.{1,99}$)${RELATIVE.source.slice(1)}`, 'u'));

/** A service on Amazon ECS behind a load balancer. */
export const ecsSection = section({
  port: key('The port that the container listens on.', z._default(port(), 8080)),
  command: optional('Runs instead of the image’s own command.', argv()),
  cpu: optional('CPU units of a task; `traffic` decides where it is not given.', cpuUnits()),
  memory: optional('MiB of a task; `traffic` decides where it is not given.', memoryMiB()),
  architecture: key('The processor that the image is built for.', z._default(choice('arm64', 'x86'), 'arm64')),
  launch: key(
    'Who runs the tasks: Fargate, or instances of the pilot’s own.',
    z._default(choice('fargate', 'ec2'), 'fargate'),
  ),
  mount: optional('Where the pilot’s EFS volume is mounted; without it there is no volume.', mountPoint()),
  user: key(
    'The user, or user:group, that the container runs as; not root.',
    z._default(
      text(
        'a user that is not root, such as 1000 or app',
        /^(?!0(?::|$)|root(?::|$))[a-z0-9_][a-z0-9_-]{0,31}(?::[a-z0-9_-]{1,32})?$/,
      ),
      '1000',
    ),
  ),
  readOnly: key('The container cannot write to its own file system, `/tmp` apart.', z._default(flag(), true)),
  stopTimeout: key('How long a task may take to stop after SIGTERM, at most 2m.', z.prefault(duration(120), '30s')),
});
