import type { DeploymentView } from '../shared/api.ts';
import { isStanding } from '../shared/events.ts';
import { DEFAULT_ENVIRONMENT } from '../shared/names.ts';
import { DEFAULT_STAGE } from './options.ts';

/** What to do next when a deployment did not succeed. */
export function adviceFor(deployment: DeploymentView, stage: string): string[] {
  const { pilot, status, failure, ending, release } = deployment;
  const options = optionsOf(deployment, stage);
  switch (status) {
    case 'succeeded':
      return isStanding(deployment.trigger) ? [`bring it back: pilot online ${pilot}${options}`] : [];
    case 'running':
      return [];
    case 'superseded':
      return [`see the newer one: pilot status ${pilot}${options}`];
    case 'cancelled':
      return [`do it after all: pilot retry ${pilot}${options}`];
    case 'rejected': {
      // The problem itself says how.
      const isKept = failure?.outcome === 'refused' && failure.problems.some(({ code }) => code === 'PILOT_OFFLINE');
      return deployment.trigger.kind !== 'upload' || isKept ? [] : ['correct it and deploy again'];
    }
    case 'failed': {
      const step = failure?.step ?? 'Validate';
      const log = `what the step saw: aws logs tail /aws/lambda/pilotage-${stage}-deploy-${step.toLowerCase()} --since 1h`;
      if (failure?.outcome === 'failed' && failure.code === 'ROLLBACK_FAILED' && ending?.serving)
        return [`give the traffic back now: pilot rollback ${pilot} ${ending.serving}${options}`, log];
      if (failure?.outcome === 'failed' && failure.code === 'ALARM')
        return [
          `see what the pilot logged meanwhile: pilot logs ${pilot}${options}`,
          'correct the cause and deploy again; where the alarm is wrong: pilot deploy <path> --ignore-alarms',
        ];
      if (failure?.outcome === 'failed' && UNSETTLED.includes(failure.code) && release)
        return [
          `look at the database, then say whether all of the migration is done, or it may run again: pilot migrate ${pilot}${options} --settle done (or again) --release ${release}`,
          `after that the same once more: pilot retry ${pilot}${options}; a corrected migration comes with a release of its own: pilot deploy <path>`,
        ];
      return [log, `correct the cause and deploy again, or try the same once more: pilot retry ${pilot}${options}`];
    }
  }
}

/** How a migration ends that runs no more until a person has said what became of it. */
const UNSETTLED = ['MIGRATION_FAILED', 'MIGRATION_TIMEOUT', 'MIGRATION_UNKNOWN'];

/** The options that a command needs to mean the same pilot. */
export function optionsOf({ environment }: { environment: string }, stage: string): string {
  const env = environment === DEFAULT_ENVIRONMENT ? '' : ` --env ${environment}`;
  return stage === DEFAULT_STAGE ? env : `${env} --stage ${stage}`;
}
