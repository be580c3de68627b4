import { setting } from '../../shared/aws/config.ts';
import { bringsManifest } from '../../shared/events.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { findManifest } from '../../shared/ledger/manifests.ts';
import { leaseOf, planOf } from '../../shared/ledger/settled.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { derivedName } from '../../shared/manifest/derived-names.ts';
import { done, failed, refused } from '../../shared/outcome.ts';
import { ownDatabase } from '../../shared/preview/database.ts';
import { loadOf } from '../../shared/preview/load.ts';
import type { Restored, Site } from '../../shared/preview/model.ts';
import type { Provisioned, Provisioning } from '../../shared/provisioning/provision.ts';
import { touchedBy, touchedInWords } from '../../shared/provisioning/touched.ts';
import type { Asked } from '../../shared/provisioning/wanted.ts';
import { type Job, step } from '../../shared/step.ts';
import { STACKED, templateOf } from '../../templates/index.ts';
import type { Template } from '../../templates/template.ts';

/** Creating a stack takes up to an hour, and undoing what failed as long again. */
const DEADLINE_HOURS = 4;
const deadlineOf = (since: Date): Date => new Date(since.getTime() + DEADLINE_HOURS * 3_600_000);
const sinceOf = ({ steps }: Deployment): Date => new Date(steps.Provision ?? Date.now());

/** Brings the pilot's stack to what its template says, and settles its outputs for the steps after it. */
export const handler = step('Provision', async ({ deployment, progress }) => {
  const plan = planOf(deployment);
  if (!STACKED.includes(plan.target)) return done();
  const site = await siteOf(deployment);
  if (!site || !templateOf(site))
    return deployment.trigger.kind === 'restore' ? failed('NO_DATABASE', 'its stack has no database') : done();

  const outcome = await bring(deployment, site);
  if (outcome.outcome === 'provisioned') {
    const unprotected = outcome.isMoving ? undefined : await keptInLine(deployment, site, outcome);
    // Without a domain AWS makes the address up with the stack.
    const url = plan.url || (outcome.outputs.Address ?? '');
    await settle(deployment.id, { plan: { ...plan, url, stack: outcome.outputs } });
    const opened = await openEarly(deployment, site, outcome);
    if (opened?.outcome === 'parked') await tellProgress(deployment, `waiting for ${opened.awaits}`, progress);
    if (opened && opened.outcome !== 'done') return opened;
    const { facts = {}, warning } = (await toldOfRestore(deployment, outcome)) ?? {};
    const warnings = [opened?.warning, outcome.warning, warning, unprotected].filter((one) => one !== undefined);
    return done({ stack: toldOf(outcome, deployment), ...facts }, warnings.join('; ') || undefined);
  }
  if (outcome.outcome === 'parked') await tellProgress(deployment, `waiting for ${outcome.awaits}`, progress);
  return outcome;
});

/**
 * Groups that a pilot in service was given just now let in nobody yet, and SyncEdge comes after its migration: nothing goes on
 * before they do.
 */
async function openEarly({ pilot, environment, trigger, steps }: Deployment, site: Site, made: Provisioned) {
  if (made.stack !== 'changed' || made.outputs.EdgeGroups === undefined) return undefined;
  const [{ bringEdge }, { openingOf }, { verdictOf }] = await Promise.all([
    import('../../shared/edge-sync/deploying.ts'),
    import('../../shared/edge-sync/subject.ts'),
    import('../../shared/edge-sync/verdict.ts'),
  ]);
  const opening = openingOf(site.manifest.edge, made.outputs);
  if (!opening) return undefined;
  const brought = await bringEdge({ pilot, environment }, opening, new Date());
  return verdictOf(brought, bringsManifest(trigger), deadlineOf(new Date(steps.Provision ?? Date.now())));
}

async function bring(deployment: Deployment, site: Site): Promise<Provisioning> {
  const { trigger } = deployment;
  if (bringsManifest(trigger)) return asManifest(deployment, site);
  if (trigger.kind !== 'restore') return asItIs(deployment);
  const { restoreInPlace } = await import('../../shared/provisioning/in-place.ts');
  const around = { site, policy: await policyFor(site), deadline: deadlineOf(sinceOf(deployment)) };
  return restoreInPlace({ ...deployment, trigger }, around, (restored) =>
    asWanted(deployment, { ...site, restored }, { restoresDatabase: true }),
  );
}

/** The ledger, and what protects the database, are as the stack says, whoever was cut off as they replaced it. */
async function keptInLine(deployment: Deployment, site: Site, { outputs }: Provisioned): Promise<string | undefined> {
  if (!ownDatabase(site.manifest)) return undefined;
  const { id, pilot, environment, trigger } = deployment;
  const { keepInLine } = await import('../../shared/provisioning/restored.ts');
  const policy = bringsManifest(trigger) ? await policyFor(site) : undefined;
  return keepInLine({ id, pilot, environment, fence: leaseOf(deployment).fence }, outputs, policy);
}

async function policyFor(site: Site): Promise<string> {
  const { policyOf } = await import('../../shared/provisioning/policy.ts');
  return policyOf(templateOf(site) as Template);
}

async function toldOfRestore(deployment: Deployment, { outputs }: Provisioned) {
  if (deployment.trigger.kind !== 'restore') return undefined;
  const { factsOfRestore } = await import('../../shared/provisioning/in-place.ts');
  return factsOfRestore(deployment, outputs);
}

/** `changed (1 resource added, 2 changed)` */
function toldOf({ stack }: Provisioned, { touched = {} }: Deployment): string {
  const changes = Object.values(touched);
  return stack === 'unchanged' || changes.length === 0 ? stack : `${stack} (${touchedInWords(changes)})`;
}

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
async function asItIs(deployment: Deployment): Promise<Provisioning> {
  const { pilot, environment } = deployment;
  const { readOutputs } = await import('../../shared/provisioning/outputs.ts');
  return readOutputs({ pilot, environment }, deadlineOf(sinceOf(deployment)));
}

/** A database that was made from a snapshot stays so. */
async function asManifest(deployment: Deployment, site: Site): Promise<Provisioning> {
  if (!ownDatabase(site.manifest)) return asWanted(deployment, site);
  const { pilot, environment } = deployment;
  const [{ findStack }, { restoredIn }] = await Promise.all([
    import('../../shared/aws/stacks.ts'),
    import('../../shared/provisioning/restored.ts'),
  ]);
  const { outputs = {} } = (await findStack(derivedName('stack', { pilot, environment }))) ?? {};
  const restored: Restored | undefined = await restoredIn(deployment, outputs);
  return asWanted(deployment, { ...site, restored }, { writtenFor: { database: outputs.DatabaseId } });
}

async function asWanted(
  deployment: Deployment,
  site: Site,
  more: Pick<Asked, 'restoresDatabase' | 'writtenFor'> = {},
): Promise<Provisioning> {
  const { manifest } = site;
  const template = templateOf(site) as Template;
  const { id, pilot, environment } = deployment;
  const since = sinceOf(deployment);
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
  const wanted = wantedOf({
    deployment: id,
    pilot,
    environment,
    template,
    parameters: await parametersNow(given.parameters, derivedName('stack', { pilot, environment }), template),
    replacesDatabase: ownDatabase(manifest)?.replace,
    ...more,
    serviceRole: serviceRoleOf(pilot, environment),
    since,
    deadline: deadlineOf(since),
  });
  // Two change sets of one deployment are possible: what is only protected once it is there.
  const { [wanted.name]: _, ...others } = deployment.touched ?? {};
  const outcome = await provision(wanted, async (changes) => {
    await settle(id, { touched: { ...others, [wanted.name]: touchedBy(changes) } });
  });
  // CloudFormation has undone it, or never began; what else became of it is told by the failure.
  if (outcome.outcome === 'failed') await settle(id, { touched: others });
  return outcome;
}
