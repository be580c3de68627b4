import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type Processes, runProcesses } from '../../../local/beanstalk/processes.ts';
import { task } from '../../../shared/targets/beanstalk/task.ts';
import type { Plan, Task, TaskLook } from '../../../shared/targets/target.ts';
import { eventually } from '../../e2e/installation.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { leaseUnder } from '../../support/lease.ts';
import { taskContract } from '../contract-task.ts';
import { s3Of } from '../lambda/world.ts';
import { openWorld, REGION, type World } from './world.ts';

/** Environments are folders here in which leader commands really run, and tell the emulator's CloudWatch Logs. */
let folder: string;
let work: Processes;
let world: World;
let plan: Plan;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pilotage-leading-'));
  world = await openWorld();
  work = runProcesses(s3Of(), folder, { emulatorUrl: emulatorUrl(), region: REGION });
  world.account.work = work;
  plan = await world.plan('leading', 'one', { config: { values: { SAYS: 'it’s "quoted" $5' } } });
  const logs = new CloudWatchLogsClient({ endpoint: emulatorUrl(), region: REGION });
  for (const pilot of ['leading']) {
    const logGroupName = `/aws/elasticbeanstalk/${pilot}-production--task/pilotage`;
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
  }
}, 60_000);
afterAll(async () => {
  await work.stop();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

taskContract('beanstalk', async () => ({ runner: task, plan: async () => plan }));
