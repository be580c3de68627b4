import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';
import type { Change } from './changes.ts';
import { databaseRefusals } from './database-refusals.ts';
import { overBudget } from './warnings/money.ts';
import type { Judged } from './warnings/warning.ts';

/** Why a plan may not be carried out as it is. */
export function refusalsOf(judged: Judged, live: Resolved | undefined): Problem[] {
  const { site, changes, storage } = judged;
  const { over, text } = overBudget(judged);
  return [
    ...(over && site.manifest.budget?.gate === 'stop'
      ? [{ code: 'OVER_BUDGET', message: text, hint: 'raise budget.monthly, or say budget.gate: warn' }]
      : []),
    ...changes.filter(({ loses }) => loses !== undefined).flatMap((change) => lossOf(change, site.manifest, live)),
    ...(live
      ? [
          ...launchStays(site.manifest, live),
          ...databaseRefusals(site.manifest, live, { storage, restored: site.restored }),
        ]
      : []),
  ];
}

function lossOf(
  { action, component, name, because, loses }: Change,
  manifest: Resolved,
  live: Resolved | undefined,
): Problem[] {
  const isProtected = live?.database?.deletionProtection ?? false;
  if ((manifest.database ?? live?.database)?.replace && !isProtected) return [];
  const why = because
    ? `changing the ${because.join(' and ')} of the ${component} replaces it`
    : `the ${component} ${name} would be deleted`;
  return [
    {
      code: 'DATA_LOSS',
      message: `${why}, and ${loses} would be lost`,
      hint: isProtected
        ? 'deploy database.replace: true and database.deletionProtection: false first, if nobody needs it'
        : `${action === 'delete' ? 'deploy' : 'say'} database.replace: true${action === 'delete' ? ' first' : ''}, if nobody needs it`,
    },
  ];
}

/** The instances would leave the stack before the release does that runs on them: CloudFormation refuses it, later. */
function launchStays({ ecs: next }: Resolved, { ecs: now }: Resolved): Problem[] {
  if (now?.launch !== 'ec2' || next?.launch !== 'fargate') return [];
  return [
    {
      code: 'LAUNCH_STAYS',
      message: 'the tasks that serve run on instances of the pilot, which would leave its stack',
      hint: 'ecs.launch: ec2, or a pilot of another name to move to',
    },
  ];
}
