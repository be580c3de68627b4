import type { PushedDeployment, PushView } from '../../shared/api.ts';
import { DEFAULT_ENVIRONMENT, ofDeployment } from '../../shared/names.ts';
import { lastPart } from '../deployment-named.ts';
import { type Paint, printable } from '../io.ts';
import { problemText } from '../result.ts';
import { table } from '../table.ts';

const time = (at: string): string => at.slice(0, 19).replace('T', ' ');

/** Pushes for people, a line each; what was wrong with their manifests stands below, and where to read of deployments that failed. */
export function pushesText(pushes: PushView[], paint: Paint, most?: number): string {
  const rows = pushes.map((push) => [
    time(push.at),
    push.repository,
    refOf(push),
    push.commit.slice(0, 12),
    push.by ?? '',
    push.via,
    becameOf(push),
  ]);
  const headings = ['RECORDED (UTC)', 'REPOSITORY', 'REF', 'COMMIT', 'BY', 'VIA', 'WHAT BECAME OF IT'];
  return [table(headings, rows, paint, most), ...pushes.flatMap((push) => troublesOf(push, paint))].join('\n');
}

/** `main at 0123456789ab, 2026-11-21 01:57:15: superseded by …` */
export const lastPush = (push: PushView): string =>
  `${refOf(push)} at ${push.commit.slice(0, 12)}, ${time(push.at)} UTC: ${becameOf(push)}`;

const refOf = ({ ref }: PushView): string => (ref.kind === 'tag' ? `tag ${ref.name}` : ref.name);

function becameOf({ outcome, deployments = [], pilots = [] }: PushView): string {
  if (!outcome) return 'not read yet';
  switch (outcome.kind) {
    case 'superseded':
      return `superseded by ${outcome.by.slice(0, 12)}`;
    case 'ignored':
      return `ignored: ${printable(outcome.reason)}`;
    case 'failed':
      return `failed: ${outcome.problems.map(({ code }) => code).join(', ')}`;
    case 'deployments':
      return [
        ...outcome.deployments.map((id) =>
          deploymentText(
            id,
            deployments.find((one) => one.id === id),
          ),
        ),
        ...pilots.flatMap(({ reason }) => (reason === undefined ? [] : [`not deployed: ${printable(reason)}`])),
        ...(outcome.problems ?? []).map(({ code }) => code),
      ].join('; ');
  }
}

/** Nothing of how it stands, where the ledger does not know it yet, or no more. */
function deploymentText(id: string, known: PushedDeployment | undefined): string {
  const of = ofDeployment(id);
  const name = of ? `${of.pilot} ${of.environment} ${lastPart(id)}` : id;
  return known ? `${name} ${standing(known)}` : name;
}

function standing({ status, step }: PushedDeployment): string {
  const at = step === undefined ? '' : ` at ${step}`;
  switch (status) {
    case 'succeeded':
      return 'live';
    case 'superseded':
      return status;
    case 'failed':
    case 'rejected':
      return `✖ ${status}${at}`;
    case 'running':
    case 'cancelled':
      return `${status}${at}`;
  }
}

export const isFailed = ({ status }: PushedDeployment): boolean => status === 'failed' || status === 'rejected';

/** What shows all that is known of a deployment. */
export function historyCommand({ id }: PushedDeployment): string {
  const { pilot = '', environment = DEFAULT_ENVIRONMENT } = ofDeployment(id) ?? {};
  const env = environment === DEFAULT_ENVIRONMENT ? '' : ` --env ${environment}`;
  return `pilot history ${pilot} ${lastPart(id)}${env}`;
}

function troublesOf(push: PushView, paint: Paint): string[] {
  const { outcome, deployments = [] } = push;
  const problems = (outcome && 'problems' in outcome && outcome.problems) || [];
  const lines = [
    ...problems.map((problem) => problemText(problem, undefined, paint).replace(/^/gm, '  ')),
    ...deployments.filter(isFailed).map((one) => `  ${deploymentText(one.id, one)}\n    → ${historyCommand(one)}`),
  ];
  if (lines.length === 0) return [];
  return ['', `${push.repository} ${refOf(push)} at ${push.commit.slice(0, 12)}:`, ...lines];
}
