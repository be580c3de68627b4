import type { DeploymentView } from '../shared/api.ts';
import { bringsManifest, isRemoval, isStanding } from '../shared/events.ts';
import { answersInWords } from '../shared/migrating/settling.ts';
import { DEFAULT_ENVIRONMENT } from '../shared/names.ts';
import type { Connection } from './connection.ts';
import { logAdvice } from './log-advice.ts';
import { DEFAULT_STAGE } from './options.ts';

/**
 * What to do next when a deployment did not succeed.
 * @param connection how the AWS is reached that it ran in
 */
export function adviceFor(deployment: DeploymentView, stage: string, connection: Connection = {}): string[] {
  const { pilot, status, failure, ending, release } = deployment;
  const options = optionsOf(deployment, stage);
  switch (status) {
    case 'succeeded':
      if (isRemoval(deployment.trigger)) return ['a push to its pull request makes it anew'];
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
      if (isKept || !bringsManifest(deployment.trigger)) return [];
      return [deployment.trigger.kind === 'push' ? 'correct it and push again' : 'correct it and deploy again'];
    }
    case 'failed': {
      const log = logAdvice(deployment, stage, connection);
      if (failure?.outcome === 'failed' && failure.code === 'ROLLBACK_FAILED' && ending?.serving)
        return [`give the traffic back now: pilot rollback ${pilot} ${ending.serving}${options}`, log];
      if (failure?.outcome === 'failed' && failure.code === 'ALARM')
        return [
          `see what the pilot logged meanwhile: pilot logs ${pilot}${options}`,
          'correct the cause and deploy again; where the alarm is wrong: pilot deploy <path> --ignore-alarms',
        ];
      const unsettled = failure?.outcome === 'failed' ? UNSETTLED[failure.code] : undefined;
      if (unsettled && release)
        return [
          `look at the database, then say what is there: pilot migrate ${pilot}${options} --settle done (or again) --release ${release}`,
          answersInWords(unsettled),
          `after that the same once more: pilot retry ${pilot}${options}${AFTERWARDS[unsettled]}`,
        ];
      if (isRemoval(deployment.trigger)) return [log, `remove what is left of it: pilot retry ${pilot}${options}`];
      if (deployment.trigger.kind === 'restore')
        return [
          log,
          `bring the pilot back with the database that its stack has, the one before or the restored one: pilot online ${pilot}${options}`,
          `or try the same once more: pilot retry ${pilot}${options}`,
        ];
      return [log, `correct the cause and deploy again, or try the same once more: pilot retry ${pilot}${options}`];
    }
  }
}

/** How a migration ends that runs no more until a person has said what became of it: itself, or its way back. */
const UNSETTLED: Record<string, keyof typeof AFTERWARDS> = {
  MIGRATION_FAILED: 'up',
  MIGRATION_TIMEOUT: 'up',
  MIGRATION_UNKNOWN: 'up',
  MIGRATION_NOT_TAKEN_BACK: 'down',
};

const AFTERWARDS = {
  up: '; a corrected migration comes with a release of its own: pilot deploy <path>',
  down: ', which migrates anew where you said done',
};

/** The options that a command needs to mean the same pilot. */
export function optionsOf({ environment }: { environment: string }, stage: string): string {
  const env = environment === DEFAULT_ENVIRONMENT ? '' : ` --env ${environment}`;
  return stage === DEFAULT_STAGE ? env : `${env} --stage ${stage}`;
}
