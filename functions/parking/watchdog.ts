import { attentionFor } from '../../shared/attention.ts';
import { setting } from '../../shared/aws/config.ts';
import { listRunning, type Running } from '../../shared/ledger/parking.ts';
import { logOf } from '../../shared/log.ts';
import { recover, wake } from '../../shared/waking.ts';

const log = logOf('watchdog');

/**
 * Looks after every running deployment once a minute, so that a lost event
 * costs one round and a lost execution leaves no lock behind. One deployment's
 * trouble does not keep it from the next.
 */
export async function handler(): Promise<void> {
  const running = await listRunning();
  const rounds = await Promise.allSettled(running.map(attend));
  const troubles = rounds.filter((round) => round.status === 'rejected');
  for (const { reason } of troubles) log.error('a deployment could not be looked after', { error: reason });
  if (troubles.length > 0)
    throw new Error(`${troubles.length} of ${running.length} deployments could not be looked after`);
}

async function attend(running: Running): Promise<void> {
  const { id } = running;
  const { executionStatus, startExecution } = await import('../../shared/aws/engine.ts');
  const machine = setting('DEPLOY_MACHINE');
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
