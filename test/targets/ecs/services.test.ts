import type { Service } from '@aws-sdk/client-ecs';
import { releaseIn } from '../../../shared/targets/ecs/names.ts';
import { colouringOf } from '../../../shared/targets/ecs/services.ts';

const release = '0123456789abcdef0123';
const definition = `arn:aws:ecs:eu-central-1:123456789012:task-definition/acme-shop-production--${release}:4`;
const began = new Date('2026-03-01T10:00:00Z');
const service: Service = {
  serviceName: 'acme-shop-production--green',
  status: 'ACTIVE',
  taskDefinition: definition,
  desiredCount: 2,
  runningCount: 3,
  deployments: [
    {
      id: 'ecs-svc/2',
      status: 'PRIMARY',
      taskDefinition: definition,
      runningCount: 2,
      failedTasks: 1,
      createdAt: began,
    },
    { id: 'ecs-svc/1', status: 'ACTIVE', runningCount: 1, pendingCount: 0 },
  ],
  events: [
    { message: 'of now', createdAt: new Date('2026-03-01T10:00:05Z') },
    { message: 'of the roll-out before', createdAt: new Date('2026-03-01T09:59:00Z') },
  ],
};

it('tells the release by the task definition, and only of those that Pilotage made', () => {
  expect(releaseIn(definition)).toBe(release);
  for (const other of ['', 'arn:aws:ecs:x:1:task-definition/acme:1', `${definition}x`, definition.replace(':4', '')])
    expect(releaseIn(other)).toBeUndefined();
});

it('counts the tasks of the revision apart from those of earlier ones', () => {
  const seen = colouringOf('green', service);
  expect(seen).toMatchObject({ release, desired: 2, running: 2, older: 1, events: ['of now'] });
  expect(seen.rollout).toEqual({ id: 'ecs-svc/2', state: 'IN_PROGRESS', failed: 1, reason: '', since: began });
});

it('tells a service that is being deleted', () => {
  expect(colouringOf('green', service).isGoing).toBe(false);
  expect(colouringOf('green', { ...service, status: 'DRAINING' }).isGoing).toBe(true);
});
