import type { PushView } from '../../shared/api.ts';
import { ofDeployment } from '../../shared/names.ts';
import { lastPart } from '../deployment-named.ts';
import { type Paint, printable } from '../io.ts';
import { problemText } from '../result.ts';
import { table } from '../table.ts';

const time = (at: string): string => at.slice(0, 19).replace('T', ' ');

/** Pushes for people, a line each; what was wrong with their manifests stands below. */
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

function becameOf({ outcome, pilots = [] }: PushView): string {
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
        ...outcome.deployments.map(deploymentOf),
        ...pilots.flatMap(({ reason }) => (reason === undefined ? [] : [`not deployed: ${printable(reason)}`])),
        ...(outcome.problems ?? []).map(({ code }) => code),
      ].join('; ');
  }
}

function deploymentOf(id: string): string {
  const of = ofDeployment(id);
  return of ? `${of.pilot} ${of.environment} ${lastPart(id)}` : id;
}

function troublesOf(push: PushView, paint: Paint): string[] {
  const { outcome } = push;
  const problems = (outcome && 'problems' in outcome && outcome.problems) || [];
  if (problems.length === 0) return [];
  const lines = problems.map((problem) => problemText(problem, undefined, paint).replace(/^/gm, '  '));
  return ['', `${push.repository} ${refOf(push)} at ${push.commit.slice(0, 12)}:`, ...lines];
}
