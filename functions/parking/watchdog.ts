import { attentionFor } from '../../shared/attention.ts';
import { listFailures, noteTry } from '../../shared/ledger/edge-failures.ts';
import { listRunning, type Running } from '../../shared/ledger/parking.ts';
import { logOf } from '../../shared/log.ts';
import { machineArn } from '../../shared/machines.ts';
import { recover, wake } from '../../shared/waking.ts';

const log = logOf('watchdog');

/**
 * Looks after every running deployment once a minute, so that a lost event
 * costs one round and a lost execution leaves no lock behind; and after what lets
 * CloudFront in, where that could not be kept. One's trouble does not keep it from the next.
 */
export async function handler(): Promise<void> {
  const running = await listRunning();
  const rounds = await Promise.allSettled([...running.map(attend), retryEdges(new Date())]);
  const troubles = rounds.filter((round) => round.status === 'rejected');
  for (const { reason } of troubles) log.error('something could not be looked after', { error: reason });
  if (troubles.length > 0)
    throw new Error(`${troubles.length} of ${rounds.length} could not be looked after: deployments, and the edge`);
}

/** Groups of pilots that could not be brought to AWS's list of addresses: those whose time has come are tried again. */
async function retryEdges(now: Date): Promise<void> {
  const due = (await listFailures()).filter(({ next }) => next <= now.toISOString());
  if (due.length === 0) return;
  const { againRun, startRun } = await import('../../shared/edge-sync/start.ts');
  const pilots = due.map(({ pilot, environment }) => ({ pilot, environment }));
  const isNew = await startRun(againRun(due), { reason: 'again', pilots });
  if (isNew) log.info('edges are tried again', { pilots });
  // After it: whoever is cut off in between comes upon the same run again.
  await Promise.all(due.map((failure) => noteTry(failure, now)));
}

async function attend(running: Running): Promise<void> {
  const { id } = running;
  const { executionStatus, startExecution } = await import('../../shared/aws/engine.ts');
  const machine = machineArn(running.machine ?? 'deploy');
  const execution = await executionStatus(machine, id);
  const attention = attentionFor(running, execution, new Date());
  if (attention === 'none') return;
  log.info(attention, { deployment: id, execution });
  switch (attention) {
    case 'start':
      await startExecution(machine, id, { deployment: id });
      return;
    case 'recover':
      await recover(running, `its execution ended as ${execution}`);
      return;
    case 'wake':
      await wake(id);
      return;
    case 'tell':
      await tellLate(id);
      return;
  }
}

/** How it ended was written down, and whoever wrote it was cut off before it told anybody. */
async function tellLate(id: string): Promise<void> {
  const [{ findDeployment }, { tellEnd }] = await Promise.all([
    import('../../shared/ledger/deployments.ts'),
    import('../../shared/telling.ts'),
  ]);
  const ended = await findDeployment(id);
  if (ended) await tellEnd(ended);
}
