import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { Plan, Started, Task, TaskLook, TaskRunner } from '../../shared/targets/target.ts';
import { leaseUnder, lostLease } from '../support/lease.ts';

/** What the contract needs to know of a target that runs commands. */
export interface TaskHarness {
  runner: TaskRunner;
  /** Of a release whose code can be run; its commands run on this machine. */
  plan(): Promise<Plan>;
}

/** A command of this machine, which notes in a file that it ran. */
const runs = (code: string, file = ''): string[] => [
  process.execPath,
  '-e',
  `${file ? `require('fs').appendFileSync(${JSON.stringify(file)}, 'x');` : ''}${code}`,
];

type Ended = Exclude<TaskLook, { state: 'running' }>;

/**
 * What every target that runs commands does alike; each has a test file that calls this.
 * @param canStop whether a command that runs can be ended.
 */
export function taskContract(name: string, open: () => Promise<TaskHarness>, { canStop = true } = {}): void {
  describe(`target ${name} runs commands as the contract says`, () => {
    let harness: TaskHarness;
    let plan: Plan;
    let file: string;
    beforeAll(async () => {
      harness = await open();
      plan = await harness.plan();
    });
    beforeEach(() => {
      file = join(mkdtempSync(join(tmpdir(), 'pilotage-task-')), 'ran');
    });
    const ran = () => (existsSync(file) ? readFileSync(file, 'utf8').length : 0);

    /** A task whose start is claimed once, as the ledger does it. */
    function taskOf(command: string[]): Task {
      let since: Date | undefined;
      return {
        id: randomUUID().replaceAll('-', ''),
        command,
        timeout: 60,
        claim: async () => {
          const isFirst = since === undefined;
          since ??= new Date();
          return { isFirst, since };
        },
      };
    }

    /** Starts it as the workflow does: again while it parks. */
    async function start(task: Task): Promise<Started> {
      for (let tried = 0; tried < 120; tried += 1) {
        const started = await harness.runner.start(plan, task, leaseUnder(1));
        if (started.outcome === 'started') return started;
        if (started.outcome === 'failed') throw new Error(`${started.code} ${started.reason}`);
        await after(200);
      }
      throw new Error('it was not started');
    }

    async function endOf(started: Started): Promise<Ended> {
      for (let looked = 0; looked < 200; looked += 1) {
        const look = started.look ?? (await harness.runner.look(plan, started.handle));
        if (look.state !== 'running') return look;
        await after(100);
      }
      throw new Error('it did not end');
    }

    it('tells the exit code and the last lines', async () => {
      const task = taskOf(runs("console.log('one'); console.error('two');", file));
      const look = await endOf(await start(task));
      expect(look).toMatchObject({ state: 'ended', exitCode: 0, more: expect.stringMatching(/^https:\/\/.*logsV2/) });
      expect(look.state === 'ended' && look.log.join('\n')).toMatch(/one[\s\S]*two/);
      expect(ran()).toBe(1);
    });

    it('tells the exit code of what fails', async () => {
      const look = await endOf(await start(taskOf(runs("console.log('no column'); process.exitCode = 3;"))));
      expect(look).toMatchObject({ state: 'ended', exitCode: 3, log: expect.arrayContaining(['no column']) });
    });

    it('runs once, however often it is started under the same id', async () => {
      const task = taskOf(runs('', file));
      const first = await start(task);
      await endOf(first);
      const again = await harness.runner.start(plan, task, leaseUnder(1));
      if (again.outcome === 'started') expect(again.handle).toBe(first.handle);
      else expect(again.outcome).toBe('parked');
      expect(ran()).toBe(1);
    });

    it('runs once when two start it at the same time', async () => {
      const task = taskOf(runs('', file));
      const both = await Promise.all([start(task), harness.runner.start(plan, task, leaseUnder(1))]);
      for (const one of both) if (one.outcome === 'started') await endOf(one);
      expect(ran()).toBe(1);
    });

    it('runs nothing that could not be claimed', async () => {
      const task = { ...taskOf(runs('', file)), claim: () => Promise.reject(new Error('the lock was lost')) };
      await expect(start(task)).rejects.toThrow('the lock was lost');
      await after(500);
      expect(ran()).toBe(0);
    });

    it('runs nothing once the lock is somebody else’s', async () => {
      const started = await harness.runner.start(plan, taskOf(runs('', file)), lostLease(1));
      expect(started).toMatchObject({ outcome: 'failed', code: 'FENCED' });
      expect(ran()).toBe(0);
    });

    it('tells no more than the end of ten megabytes', async () => {
      const code =
        "const l = 'x'.repeat(1023); for (let n = 0; n < 10240; n += 1) console.log(l); console.log('last');";
      const look = await endOf(await start(taskOf(runs(code))));
      expect(look).toMatchObject({ state: 'ended', exitCode: 0 });
      const { log = [] } = look as { log?: string[] };
      expect(log.at(-1)).toBe('last');
      expect(JSON.stringify(look).length).toBeLessThan(64_000);
    }, 60_000);

    if (canStop)
      it('ends what takes too long', async () => {
        const started = await start(taskOf(runs('setInterval(() => {}, 1000)', file)));
        while (ran() === 0) await after(50);
        expect(await harness.runner.look(plan, started.handle)).toMatchObject({
          state: 'running',
          since: expect.stringMatching(/^\d{4}-/),
        });
        for (let time = 0; time < 2; time += 1) await harness.runner.stop(plan, started.handle);
        const look = await endOf(started);
        expect(look.state === 'ended' ? look.exitCode : 0).not.toBe(0);
      });
  });
}
