import { setting } from '../../shared/aws/config.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { findManifest } from '../../shared/ledger/manifests.ts';
import { planOf } from '../../shared/ledger/settled.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { derivedName } from '../../shared/manifest/derived-names.ts';
import { done, refused } from '../../shared/outcome.ts';
import { ownDatabase } from '../../shared/preview/database.ts';
import { loadOf } from '../../shared/preview/load.ts';
import type { Site } from '../../shared/preview/model.ts';
import type { Provisioning } from '../../shared/provisioning/provision.ts';
import { type Job, step } from '../../shared/step.ts';
import { STACKED, templateOf } from '../../templates/index.ts';
import type { Template } from '../../templates/template.ts';

/** Creating a stack takes up to an hour, and undoing what failed as long again. */
const DEADLINE_HOURS = 4;

/** Brings the pilot's stack to what its template says, and settles its outputs for the steps after it. */
export const handler = step('Provision', async ({ deployment, progress }) => {
  const plan = planOf(deployment);
  if (!STACKED.includes(plan.target)) return done();
  const site = await siteOf(deployment);
  const template = site && templateOf(site);
  if (!template) return done();

  const outcome = await (deployment.trigger.kind === 'upload'
    ? asWanted(deployment, site, template)
    : asItIs(deployment));
  if (outcome.outcome === 'provisioned') {
    // Without a domain AWS makes the address up with the stack.
    const url = plan.url || (outcome.outputs.Address ?? '');
    await settle(deployment.id, { plan: { ...plan, url, stack: outcome.outputs } });
    return done({ stack: outcome.stack });
  }
  if (outcome.outcome === 'parked') await tellProgress(deployment, `waiting for ${outcome.awaits}`, progress);
  return outcome;
});

/** What a first run waits for is told by the step itself; what is the same as before, nobody needs to hear. */
async function tellProgress({ progress: told }: Deployment, text: string, tell: Job['progress']): Promise<void> {
  if (told !== undefined && told !== text) await tell(text);
}

/** Undefined where the release was planned by a Pilotage that knew of no stacks. */
async function siteOf(deployment: Deployment): Promise<Site | undefined> {
  const manifest = await findManifest(planOf(deployment));
  if (!manifest) return undefined;
  const { account = setting('ACCOUNT'), region = setting('AWS_REGION'), traffic } = manifest;
  return { manifest, environment: deployment.environment, account, region, load: loadOf(traffic) };
}

/** All but an upload moves the traffic of what is there; the stack is left as it is. */
async function asItIs({ pilot, environment }: Deployment): Promise<Provisioning> {
  const { readOutputs } = await import('../../shared/provisioning/outputs.ts');
  return readOutputs(pilot, environment);
}

async function asWanted(deployment: Deployment, { manifest }: Site, template: Template): Promise<Provisioning> {
  const { id, pilot, environment, steps } = deployment;
  const since = new Date(steps.Provision ?? Date.now());
  const [{ lookUp }, { parametersOf }] = await Promise.all([
    import('../../shared/provisioning/lookups.ts'),
    import('../../shared/provisioning/parameters.ts'),
  ]);
  const looked = deployment.lookedUp
    ? { found: deployment.lookedUp }
    : await lookUp(template, manifest, process.env, { environment, since });
  if ('outcome' in looked) return looked;
  // What is there when it begins counts: a zone that comes meanwhile must not make another stack of it.
  const { lookedUp = {} } = await settle(id, {}, { lookedUp: looked.found });
  const given = parametersOf(template, manifest, process.env, lookedUp);
  if ('problems' in given) return refused(...given.problems);

  const [{ parametersNow }, { provision }, { serviceRoleOf }, { wantedOf }] = await Promise.all([
    import('../../shared/provisioning/protection.ts'),
    import('../../shared/provisioning/provision.ts'),
    import('../../shared/provisioning/service-role.ts'),
    import('../../shared/provisioning/wanted.ts'),
  ]);
  return provision(
    wantedOf({
      deployment: id,
      pilot,
      environment,
      template,
      parameters: await parametersNow(given.parameters, derivedName('stack', { pilot, environment }), template),
      replacesDatabase: ownDatabase(manifest)?.replace,
      serviceRole: serviceRoleOf(pilot, environment),
      since,
      deadline: new Date(since.getTime() + DEADLINE_HOURS * 3_600_000),
    }),
  );
}
