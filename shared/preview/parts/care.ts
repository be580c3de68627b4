import { isPreview } from '../../manifest/identifiers.ts';
import { counted } from '../../notify/quantities.ts';
import { type Component, nameIn, type Resource, type Site } from '../model.ts';
import type { TargetPlan } from '../targets/target.ts';
import { monthly, perMillion } from '../uses.ts';

/** GB of logs that a million requests leave: 1 KB each, a guess. */
const LOGGED = 1;
/** Of what is logged, so much is kept once it is compressed: https://aws.amazon.com/cloudwatch/pricing/ */
const COMPRESSED = 0.15;
/** Builds a month, and minutes each: a guess. */
const BUILDS = 20;
const BUILD_MINUTES = 5;

const DEFAULT_LOG_DAYS = 30;
export const logDaysOf = ({ retention }: Site['manifest']): number => retention.logs ?? DEFAULT_LOG_DAYS;

/** Logs outlive what wrote them; those of a preview go with it. */
export const leftLogs = ({ environment }: Site): Pick<Resource, 'left'> =>
  isPreview(environment) ? {} : { left: true };

/** Logs of what runs. A static site logs nothing. */
export function logsOf(site: Site, target: TargetPlan): Component[] {
  if (!site.manifest.alarms) return [];
  const [main] = target.components;
  const days = logDaysOf(site.manifest);
  return [
    {
      name: 'logs',
      function: `What the pilot writes as it runs, kept for ${counted(days, 'day')}`,
      fits: `written by the ${main.name} and all beside; a failed deployment shows their end`,
      resources: (target.logGroups ?? [nameIn(site, 'log-group')]).map((name) => ({
        type: 'AWS::Logs::LogGroup',
        name,
        settings: { kept: counted(days, 'day') },
        ...leftLogs(site),
      })),
      uses: [
        perMillion('logs.ingest.gb', LOGGED, 'logs taken in, taken as 1 KB a request'),
        perMillion('logs.gb-month', (LOGGED * COMPRESSED * days) / 30, `logs kept for ${counted(days, 'day')}`),
      ],
    },
  ];
}

/** Alarms that are watched while traffic moves, and after. */
export function alarmsOf(site: Site, { door }: TargetPlan): Component[] {
  const { alarms, rollout, health } = site.manifest;
  if (!alarms) return [];
  const isLookedAt = health !== undefined && door.balancer !== 'none';
  const own = [
    { what: 'errors', says: `more than ${alarms.errors} % of the answers are 5xx` },
    { what: 'latency', says: `more than 5 of 100 answers take longer than ${alarms.latency} ms` },
    ...(isLookedAt ? [{ what: 'unhealthy', says: 'the load balancer finds a target unhealthy' }] : []),
  ];
  const others = alarms.names ? `; ${alarms.names.join(', ')} count as well` : '';
  return [
    {
      name: 'alarms',
      function: 'See that the pilot is not well',
      fits: `${rollout.bake > 0 ? 'in a rollout, one of them takes the traffic back' : 'watched from then on, since rollout.bake is 0s'}${others}`,
      resources: own.map(({ what, says }) => ({
        type: 'AWS::CloudWatch::Alarm',
        name: nameIn(site, 'alarm', what),
        settings: { when: says },
      })),
      uses: [monthly('alarm.month', own.length, `${own.length} alarms`)],
    },
  ];
}

/** How a repository's code becomes what is deployed. */
export function buildOf(site: Site, { components: [main] }: TargetPlan): Component[] {
  const { source, build } = site.manifest;
  if (!source.git || !build) return [];
  const { repository, branch, tags, folder } = source.git;
  const minutes = BUILDS * BUILD_MINUTES;
  return [
    {
      name: 'build',
      function: `Makes the release from ${repository}`,
      fits: `${isPreview(site.environment) ? 'runs at a push to the pull request' : `runs at a push to ${branch}${tags ? ` or a tag ${tags}…` : ''}`}; what comes of it goes to the ${main.name}`,
      resources: [
        {
          type: 'AWS::CodeBuild::Project',
          name: nameIn(site, 'build-project'),
          settings: {
            size: `${build.size}${build.spot ? ', on spot' : ''}`,
            runs: [
              ...build.commands.map((command) => command.join(' ')),
              ...(build.dockerfile ? [`docker build (${build.dockerfile})`] : []),
            ].join('; '),
            ...(folder && { folder }),
          },
        },
      ],
      uses: [
        monthly(`codebuild.${build.size}.minute`, minutes, `taken as ${BUILDS} builds of ${BUILD_MINUTES} minutes`),
      ],
    },
  ];
}

/** https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html */
export function budgetOf(site: Site): Component[] {
  const { budget } = site.manifest;
  if (!budget) return [];
  const thresholds = budget.thresholds.map((percent) => `${percent} %`).join(', ');
  return [
    {
      name: 'budget',
      function: `Tells people when ${thresholds} of $${budget.monthly} a month are spent`,
      fits: budget.gate === 'stop' ? 'a plan that costs more is refused' : 'a plan that costs more is warned of',
      resources: [
        {
          type: 'AWS::Budgets::Budget',
          name: nameIn(site, 'budget'),
          settings: { monthly: `$${budget.monthly}`, 'told at': thresholds },
        },
      ],
      uses: [],
    },
  ];
}
