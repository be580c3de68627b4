import type { Task } from '@aws-sdk/client-ecs';
import type { TargetState } from '../../../shared/aws/load-balancers.ts';
import { isWorthAsking } from '../../../shared/targets/balanced/well.ts';
import type { Colouring } from '../../../shared/targets/ecs/services.ts';
import { troubleIn } from '../../../shared/targets/ecs/trouble.ts';
import { wellness } from '../../../shared/targets/ecs/well.ts';

const detail = {
  port: 8080,
  health: { path: '/health', status: '200', interval: 15, timeout: 5, healthy: 2, unhealthy: 3, grace: 60 },
};
const rollout: Colouring['rollout'] = {
  id: 'ecs-svc/1',
  state: 'IN_PROGRESS',
  failed: 1,
  reason: '',
  since: new Date(0),
};
const seen: Colouring = {
  colour: 'green',
  name: 'acme-production--green',
  arn: 'arn:service',
  tags: {},
  definition: 'arn:1',
  isGoing: false,
  desired: 3,
  running: 2,
  older: 0,
  rollout,
  events: [],
};
const stop = (stoppedReason: string, more: Partial<Task> = {}): Task => ({
  taskArn: 'arn:aws:ecs:eu-central-1:123456789012:task/acme/0123',
  startedBy: 'ecs-svc/1',
  stoppedReason,
  ...more,
});
const exited = (exitCode: number) =>
  stop('Essential container in task exited', {
    stopCode: 'EssentialContainerExited',
    containers: [{ name: 'app', exitCode }],
  });
const trouble = (stopped: Task[], more: Partial<Colouring> = {}, targets: TargetState[] = []) =>
  troubleIn({ ...seen, ...more }, stopped, targets, detail);
const over = { rollout: { ...rollout, state: 'FAILED' as const, failed: 3, reason: 'tasks failed to start.' } };

describe('what will never become well', () => {
  it.each([
    [
      'IMAGE_NOT_FOUND',
      'CannotPullContainerError: pull image manifest has been retried 5 time(s): acme/shop: not found',
    ],
    ['IMAGE_NOT_FOUND', 'CannotPullContainerError: The task cannot pull acme/shop. repository does not exist'],
    [
      'IMAGE_WRONG_PROCESSOR',
      "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/arm64'",
    ],
    ['SECRET_NOT_READ', 'ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException'],
  ])('is told after one task: %s', (code, reason) => {
    expect(trouble([stop(reason)])).toMatchObject({ code, reason: expect.stringContaining(reason), task: '0123' });
  });

  it('is told of a container that exits at once, once it has done so often', () => {
    expect(trouble([exited(3)])).toBeUndefined();
    expect(trouble([exited(3), exited(3), exited(3)])).toEqual({
      code: 'CONTAINER_EXITED',
      reason: 'the container ended with exit code 3',
      task: '0123',
    });
    expect(trouble([exited(137)], over)?.reason).toContain('memory');
    expect(trouble([exited(0)], over)?.reason).toContain('as if its work were done');
  });

  it.each([
    [
      'VOLUME_NOT_MOUNTED',
      'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: mount.nfs4: access denied by server',
    ],
    ['VOLUME_NOT_MOUNTED', 'CannotCreateVolumeError: Error response from daemon: VolumeDriver.Create: mounting failed'],
    ['NO_INSTANCE', 'EMPTY CAPACITY PROVIDER'],
    ['NO_INSTANCE', 'RESOURCE:ENI'],
  ])('is told of what a task was not given, once it was so often: %s', (code, reason) => {
    expect(trouble([stop(reason)])).toBeUndefined();
    expect(trouble([stop(reason)], over)).toMatchObject({ code, reason: expect.stringContaining(reason) });
  });

  it('tells a page that says no from a port that nobody listens on', () => {
    const stopped = [stop('Task failed ELB health checks in (target-group x)')];
    const target = (reason: string, words: string) => [{ state: 'unhealthy', reason, words }];
    expect(trouble(stopped, over, target('Target.ResponseCodeMismatch', 'codes: [500]'))).toMatchObject({
      code: 'HEALTH_CHECK_FAILED',
      reason: 'the health check of /health did not pass: codes: [500]',
    });
    expect(trouble(stopped, over, target('Target.Timeout', 'Request timed out'))).toMatchObject({
      code: 'NOBODY_LISTENS',
      reason: 'nothing answers on port 8080: Request timed out',
    });
    expect(trouble(stopped, over)).toMatchObject({ code: 'HEALTH_CHECK_FAILED' });
  });

  it.each([
    ['OUT_OF_ADDRESSES', 'was unable to place a task. Reason: InsufficientFreeAddressesInSubnet'],
    [
      'QUOTA',
      'was unable to place a task. Reason: You’ve reached the limit on the number of vCPUs you can run concurrently.',
    ],
  ])('is told by what ECS says: %s', (code, event) => {
    expect(trouble([], { events: [event] })).toMatchObject({ code, reason: expect.stringContaining(event) });
  });

  it('is told by ECS giving up, even if no task says why', () => {
    expect(trouble([], over)).toEqual({ code: 'TASKS_FAILED', reason: 'tasks failed to start.' });
  });

  it('is nothing that another roll-out’s tasks did, nor a capacity that comes back', () => {
    expect(trouble([{ ...stop('CannotPullContainerError: not found'), startedBy: 'ecs-svc/0' }])).toBeUndefined();
    expect(
      trouble([], { events: ['was unable to place a task. Reason: Capacity is unavailable at this time.'] }),
    ).toBeUndefined();
  });
});

describe('what is well', () => {
  const healthy = (count: number): TargetState[] => Array.from({ length: count }, () => ({ state: 'healthy' }));

  it('has all its tasks running and healthy, and none of the release before', () => {
    expect(wellness({ ...seen, running: 3 }, healthy(3))).toEqual({ well: true });
    expect(wellness({ ...seen, running: 3, older: 1 }, healthy(4))).toMatchObject({ well: false });
    expect(wellness({ ...seen, desired: 0, running: 0 }, [])).toMatchObject({ well: false });
  });

  it('says how far it is', () => {
    expect(wellness(seen, healthy(1))).toEqual({ well: false, progress: '2 of 3 tasks run, 1 healthy' });
    expect(wellness({ ...seen, desired: 1, running: 1 }, [])).toEqual({
      well: false,
      progress: '1 of 1 tasks run, 0 healthy',
    });
  });

  it('asks the load balancer only when enough run', () => {
    expect([seen, { ...seen, running: 3 }, { ...seen, desired: 0, running: 0 }].map(isWorthAsking)).toEqual([
      false,
      true,
      false,
    ]);
  });
});
