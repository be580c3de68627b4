import type { ApiAnswers, DeploymentView } from '../../shared/api.ts';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { bytes, counted, duration } from '../../shared/notify/quantities.ts';
import type { Paint } from '../io.ts';
import { table } from '../table.ts';
import { restoredText } from './restored.ts';

type BackupsView = ApiAnswers['backups'];
type Drill = BackupsView['drills'][number];

const minute = (at: string | undefined): string => at?.slice(0, 16).replace('T', ' ') ?? '';
const day = (at: string | undefined): string => at?.slice(0, 10) ?? 'removed by hand';

/**
 * All copies of a pilot's data, for people.
 * @param options those that a further command needs to mean the same pilot.
 */
export function backupsText(view: BackupsView, paint: Paint, options: string, most?: number): string {
  const parts = [
    summary(view),
    snapshots(view, paint, most),
    files(view, paint, most),
    drills(view.drills, paint, most),
    ...view.restored.map((one) => restoredText(one, view.pilot, options)),
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

/** Without the section there is nothing that --now could do. */
function scheduleInWords(schedule: string | undefined, days: number | undefined): string {
  if (days === undefined)
    return 'the live manifest has no section backups, so that none is made, nor by --now (backups: { days: 7 } is enough)';
  const kept = `kept for ${counted(days, 'day')}`;
  return schedule ? `a backup by ${schedule}, ${kept}` : `no schedule (backups.at); --now makes one, ${kept}`;
}

function summary({ pilot, environment, schedule, days, database, backups: made }: BackupsView): string {
  const failing = made.find(({ status, trouble }) => status === 'making' && trouble);
  const window = database?.window;
  return [
    `${pilot} in ${environment}: ${scheduleInWords(schedule, days)}`,
    database &&
      `  database   ${database.id}, ${database.storage} GiB, ${database.status}; automatic backups of ${counted(database.days, 'day')}`,
    window && `  any moment from ${minute(window.earliest)} to ${minute(window.latest)} UTC`,
    failing?.trouble && `  not made   of ${minute(failing.at)}: ${failing.trouble.code} ${failing.trouble.reason}`,
  ]
    .filter(Boolean)
    .join('\n');
}

function snapshots({ database, snapshots: all }: BackupsView, paint: Paint, most?: number): string | undefined {
  if (!database) return undefined;
  if (all.length === 0) return 'no snapshots yet';
  const rows = all.map(({ id, at, kind, status, percent, storage, keptUntil, deployment }) => [
    minute(at),
    kind,
    status === 'creating' ? `${percent} %` : status,
    `${storage} GiB`,
    day(keptUntil),
    id,
    deployment ?? '',
  ]);
  return table(['SNAPSHOT (UTC)', 'KIND', 'STATE', 'OF', 'KEPT UNTIL', 'NAME', 'DEPLOYMENT'], rows, paint, most);
}

function files({ backups: made }: BackupsView, paint: Paint, most?: number): string | undefined {
  const rows = made.flatMap(({ at, status, files: copied, keptUntil }) =>
    copied
      ? [
          [
            minute(at),
            copied.state === 'done' ? 'done' : status === 'failed' ? 'failed' : 'copying',
            `${copied.copied} copied, ${bytes(copied.bytes)}${copied.removed ? `, ${copied.removed} gone` : ''}`,
            copied.left ? `${copied.left} not copied: ${copied.example}` : '',
            day(keptUntil),
            copied.bucket,
          ],
        ]
      : [],
  );
  return rows.length > 0
    ? table(['FILES (UTC)', 'STATE', 'SINCE THE ONE BEFORE', '', 'KEPT UNTIL', 'BUCKET'], rows, paint, most)
    : undefined;
}

function drills(all: readonly Drill[], paint: Paint, most?: number): string | undefined {
  if (all.length === 0) return undefined;
  return table(['RESTORED (UTC)', 'STATE', 'TOOK', 'OF', 'INTO', ''], all.map(drillRow), paint, most);
}

function drillRow({ at, status, state, stays, snapshot, instance, begunAt, thereAt, trouble, checks }: Drill) {
  const took = begunAt && thereAt ? duration(Math.round((Date.parse(thereAt) - Date.parse(begunAt)) / 1000)) : '';
  const what = trouble ? `${trouble.code}: ${trouble.reason}` : (checks ?? []).join('; ');
  return [minute(at), status === 'making' ? state : status, took, snapshot, stays ? instance : '(removed again)', what];
}

/** `the database went back to the snapshot nightly, …`, of a deployment that had it do so. */
export function restoredInWords({ trigger, status, facts }: DeploymentView): string | undefined {
  if (trigger.kind !== 'restore' || status !== 'succeeded') return undefined;
  const { lost, lastSnapshot } = facts;
  const of = [lost && `without what was written from ${lost}`, lastSnapshot && `which is in ${lastSnapshot}`];
  return [`the database went back to the snapshot ${trigger.snapshot}`, ...of.filter(Boolean)].join(', ');
}

/** What to type to go back to it, and what becomes of the present database then. */
export function goBackText(
  { pilot, isOffline, database, window }: ApiAnswers['restorable'],
  command: string,
  options: string,
): string {
  const last = `pilot online ${pilot}${options}`;
  const commands = [...(isOffline ? [] : [`pilot offline ${pilot}${options}`]), command, last];
  return [
    `In its place ${database.id} would be removed, and leave a last snapshot.${window ? ` ${windowText(window)}` : ''} To go back to it:`,
    ...commands.map((line) => `  ${line}`),
  ].join('\n');
}

/** What becomes of automatic backups, which bring a database back to any moment. */
function windowText({ earliest, latest, stays }: NonNullable<ApiAnswers['restorable']['window']>): string {
  const any = `Its automatic backups, of any moment from ${minute(earliest)} to ${minute(latest)} UTC,`;
  return stays
    ? `${any} RDS keeps for as many days as they were kept: what was at one of these moments can be restored beside it by hand.`
    : `${any} go with it: what was at one of these moments is only in snapshots then.`;
}

type Otherwise = ApiAnswers['restorable']['migrations'][number];

/** What a snapshot has of migrations, where that is not how they are now. */
const OTHERWISE: [was: Otherwise['was'], what: (pilot: string) => string][] = [
  ['reverted', () => 'migrations that are not in it, and run again with their releases'],
  ['done', () => 'migrations that were taken back since, and are in it'],
  [
    'unknown',
    (pilot) =>
      `migrations of which nobody can tell whether they are in it; with --in-place somebody has to look and say it: pilot migrate ${pilot}`,
  ],
];

/** What going back to a snapshot would lose, for people. */
export function restorePlanText({
  pilot,
  environment,
  snapshot,
  age,
  database,
  ...since
}: ApiAnswers['restorable']): string {
  const { deployments, migrations } = since;
  const meant = environment === DEFAULT_ENVIRONMENT ? pilot : `${pilot} --env ${environment}`;
  const each = <T>(all: T[], line: (one: T) => string): string[] => all.map((one) => `    ${line(one)}`);
  return [
    `${snapshot.id} of ${pilot} in ${environment}, taken ${minute(snapshot.at)} UTC`,
    `  not in it  all that was written since: ${duration(age)}`,
    `  database   ${database.id}, ${database.storage} GiB now, ${snapshot.storage} GiB then, ${database.status}`,
    deployments.length > 0 ? '  went live since:' : '  went live since: nothing',
    ...each(deployments, ({ id, release, at }) => `${minute(at)}  ${release ?? ''}  ${id}`),
    ...(migrations.length > 0 ? [] : ['  migrations: as they are now']),
    ...OTHERWISE.flatMap(([was, what]) => {
      const those = migrations.filter((one) => one.was === was);
      const line = ({ release, status, at: started }: Otherwise) => `${minute(started)}  ${release}  ${status} now`;
      return those.length > 0 ? [`  ${what(meant)}:`, ...each(those, line)] : [];
    }),
  ].join('\n');
}
