import { settingsPath, USUAL_MOUNT } from '../configuration/render.ts';
import type { Resolved } from '../manifest/complete.ts';
import { shortest } from '../manifest/duration.ts';
import { isPreview } from '../manifest/identifiers.ts';
import type { Site } from './model.ts';
import { keptBy } from './schema-version.ts';
import type { TargetPlan } from './targets/target.ts';

/**
 * What a deployment does, a sentence a step, in order.
 * @param live whether something is live that the traffic leaves: true, false, or undefined where nobody knows.
 */
export function rolloutOf(site: Site, { rollout, door }: TargetPlan, live?: boolean): string[] {
  const { manifest } = site;
  const first = live === false;
  return [
    ...(manifest.approval === 'required' ? ['Wait until a person approves exactly this release'] : []),
    ...buildSteps(site),
    ...(door.cdn !== 'shared'
      ? ['Bring the stack up to date through a change set; resources are shown as they change']
      : []),
    ...(manifest.config ? [configurationStep(site)] : []),
    ...migrationSteps(site, rollout, first),
    ...(door.cdn !== 'none' && door.balancer !== 'none' && door.balancer !== 'internal'
      ? ['Make sure that the load balancer lets CloudFront in, and nobody else']
      : []),
    rollout.prepare,
    `Verify the new release before it gets any traffic${manifest.health ? `: ${manifest.health.path} answers ${manifest.health.status}` : ''}`,
    ...shiftSteps(site, rollout.pointer, first),
    first ? 'Tell that the pilot is online, and where' : `${rollout.retire}; tell how it ended`,
    ...(isPreview(site.environment)
      ? ['Remove all of it once the pull request is closed, or its time is over, as the operator says']
      : []),
  ];
}

function buildSteps({ manifest: { source, build } }: Site): string[] {
  if (source.git)
    return [
      `Build ${source.git.repository} at the commit that was pushed${build ? `, in at most ${shortest(build.timeout)}` : ''}`,
    ];
  return source.image && !source.image.includes('@') ? ['Pin the image’s tag to the digest that it has now'] : [];
}

const configurationStep = ({ manifest: { config, ecs, ec2 } }: Site): string => {
  const mount = ecs?.mount ?? ec2?.mount ?? USUAL_MOUNT;
  return config?.file
    ? `Write ${settingsPath(mount, config.file)} for the new release; the live one goes on reading its own`
    : 'Give the new release its configuration; the live one keeps its own';
};

function migrationSteps(
  { manifest: { migrations, database } }: Site,
  { migrate }: TargetPlan['rollout'],
  first: boolean,
): string[] {
  if (!migrations) return [];
  const where = migrate ? `, ${migrate}` : '';
  const to = migrations.version === undefined ? '' : ` to version ${migrations.version}`;
  const run = `Migrate the database${to}: ${migrations.command.join(' ')}, once${where}, in at most ${shortest(migrations.timeout)}; its exit code decides`;
  return migrations.snapshot && !database?.url && !first ? ['Take a snapshot of the database', run] : [run];
}

function shiftSteps({ manifest: { rollout, alarms } }: Site, pointer: string, first: boolean): string[] {
  const { steps, bake } = rollout;
  const watch = bake > 0 ? ` and watch ${alarms ? 'the alarms ' : 'it '}for ${shortest(bake)}` : '';
  if (first) return [`Bring it online: set ${pointer}${watch}`];
  return steps.map((percent, index) =>
    index === 0
      ? `Move ${percent} % of the traffic${watch}, by ${pointer}`
      : `Move ${percent} % of the traffic${watch}`,
  );
}

/**
 * What becomes of a deployment that fails on the way.
 * @param live the complete manifest that is live, where it is known.
 */
export function ifItFails({ manifest: { migrations } }: Site, live?: Resolved | null): string {
  if (!migrations) return 'the traffic goes back to the old release, which is still there';
  const back = 'the traffic goes back to the old release, which still runs';
  const { reversible, version } = migrations;
  const kept = keptBy(migrations, live);
  if (kept) return `${back}; the database stays as it is: ${kept}`;
  if (Array.isArray(reversible))
    return `${back}; then ${reversible.join(' ')} takes back what was migrated${version === undefined ? '' : `, unless a release before had brought version ${version}`}, or, if it fails, the database stays migrated until pilot migrate settles it`;
  return reversible
    ? `${back}; what was migrated stays, and it works with that`
    : `${back}; what was migrated stays, and is taken back by nobody`;
}
