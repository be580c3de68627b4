import type { ApiAnswers } from '../../shared/api.ts';
import { counted } from '../../shared/notify/quantities.ts';
import type { Paint } from '../io.ts';
import { table } from '../table.ts';

type Overview = ApiAnswers['edge'];
type Edge = Overview['pilots'][number];
type Lists = Overview['lists'][number];

const HEADINGS = ['PILOT', 'ENVIRONMENT', 'MODE', 'GROUP', 'IPV4', 'IPV6', 'LIST’S AGE', 'DRIFT'];

/** How what lets CloudFront in stands, for people: a line for each group. */
export function overviewText({ list, pilots, lists }: Overview, paint: Paint, now: Date): string {
  if (pilots.length === 0 && lists.length === 0)
    return 'No pilot has a load balancer that CloudFront reaches.\n  → what a manifest says of it: pilot explain edge';
  const troubles = [
    ...pilots.flatMap(({ pilot, environment, trouble }) =>
      trouble ? [`${pilot} in ${environment}: ${[trouble.code, trouble.reason].filter(Boolean).join(' ')}`] : [],
    ),
    ...lists.flatMap(({ service, trouble }) => (trouble ? [`prefix lists of ${service}: ${trouble}`] : [])),
  ];
  return [
    ...(pilots.length > 0
      ? [
          table(
            HEADINGS,
            pilots.flatMap((one) => rowsOf(one, now)),
            paint,
          ),
        ]
      : []),
    ...lists.map((one) => `prefix lists of ${one.service}: ${listDrift(one)}`),
    list
      ? `The list that is known is ${age(list.token * 1000, now)} old; AWS was asked for it ${age(Date.parse(list.readAt), now)} ago.`
      : 'No list of AWS’s addresses was read so far.\n  → read it now: pilot edge sync',
    ...(list && pilots.some(isUnseen)
      ? [
          'Where it says unknown, EC2 did not answer in time, and the rest is as it was found last.\n  → ask for one: pilot edge status NAME',
        ]
      : []),
    ...pilots.flatMap(othersLines),
    ...troubles.map((trouble) => `${paint('red', '✖')} ${trouble}`),
  ].join('\n');
}

/** Whoever opens something else has a reason, or has forgotten it: nothing of theirs is removed. */
const othersLines = ({ pilot, environment, others = [] }: Edge): string[] =>
  others.flatMap(({ group, rules }) => [
    `${pilot} in ${environment}: ${counted(rules.length, 'rule')} of ${group} made by others, which stay:`,
    ...rules.slice(0, MOST_RULES).map((rule) => `  ${rule}`),
    ...(rules.length > MOST_RULES ? [`  … and ${rules.length - MOST_RULES} more; --json has them all`] : []),
  ]);

const MOST_RULES = 5;

/** What is wrong with the others is told. */
const isUnseen = ({ groups, drift, trouble }: Edge): boolean => groups.length > 0 && !drift && !trouble;

function rowsOf(one: Edge, now: Date): string[][] {
  const { pilot, environment, mode, groups, token } = one;
  if (groups.length === 0) return [[pilot, environment, mode, '', '', '', '', '']];
  return groups.map((group, index) => {
    const use = one.uses.find(({ id }) => id === group);
    const of = (used: number | undefined) => (used === undefined ? 'unknown' : `${used}/${use?.allowed ?? '?'}`);
    return [
      ...(index === 0 ? [pilot, environment, mode] : ['', '', '']),
      group,
      of(use?.ipv4),
      of(use?.ipv6),
      index > 0 ? '' : token === undefined ? 'none' : age(token * 1000, now),
      groupDrift(one, group),
    ];
  });
}

type Listed = NonNullable<Edge['drift']>['missing'];

function groupDrift({ drift, others = [] }: Edge, group: string): string {
  if (!drift) return 'unknown';
  const within = (listed: Listed) => listed.filter((one) => one.group === group).flatMap(({ cidrs }) => cidrs).length;
  const differing = differences(within(drift.missing), within(drift.extra));
  const foreign = others.filter((one) => one.group === group).flatMap(({ rules }) => rules).length;
  return foreign > 0 ? `${differing}; ${foreign} of others` : differing;
}

function listDrift({ outcome, missing = [], extra = [] }: Lists): string {
  if (outcome !== 'would') return outcome === 'same' ? 'as they should be' : 'unknown';
  const all = (listed: Listed) => listed.flatMap(({ cidrs }) => cidrs).length;
  return differences(all(missing), all(extra));
}

const differences = (missing: number, extra: number): string =>
  [...(missing > 0 ? [`${missing} missing`] : []), ...(extra > 0 ? [`${extra} too many`] : [])].join(', ') || 'none';

/** What a sync would do, a line for each range. */
export function dryRunText({ pilots, lists }: Overview): string {
  const all = [
    ...pilots.flatMap((one) =>
      one.drift ? linesOf(`${one.pilot} in ${one.environment}`, one.drift.missing, one.drift.extra) : [],
    ),
    ...lists.flatMap((one) => linesOf(`prefix lists of ${one.service}`, one.missing ?? [], one.extra ?? [])),
  ];
  const unknown = pilots.filter(({ groups, drift }) => groups.length > 0 && !drift);
  return [
    ...(all.length > 0 ? all : unknown.length === 0 ? ['Nothing would be changed.'] : []),
    ...unknown.map(
      ({ pilot, environment, trouble }) =>
        `${pilot} in ${environment}: ${trouble ? [trouble.code, trouble.reason].filter(Boolean).join(' ') : 'EC2 did not answer'}`,
    ),
  ].join('\n');
}

function linesOf(whose: string, missing: Listed, extra: Listed): string[] {
  const lines = [...signed('+', missing), ...signed('-', extra)];
  return lines.length > 0 ? [whose, ...lines] : [];
}

const signed = (sign: string, listed: Listed): string[] =>
  listed.flatMap(({ group, cidrs }) => cidrs.map((cidr) => `  ${sign} ${group} ${cidr}`));

/** What became of a run. */
export function summaryText(summary: NonNullable<ApiAnswers['edge-synced']['summary']>): string {
  const { pilots, changed, failing, lists, failed, changes = [] } = summary;
  const more = failing + (lists === 'failed' ? 1 : 0) - failed.length;
  return [
    `${counted(pilots, 'pilot')} looked at, ${changed} changed, ${failing} not up to date${lists ? `; the prefix lists: ${lists}` : ''}`,
    ...changes.map((one) => `  ${nameOf(one)}: ${counted(one.added, what(one))} added, ${one.removed} removed`),
    ...failed.map(({ code, reason, ...one }) => `  ${nameOf(one)}: ${code} ${reason}`),
    ...(more > 0 ? [`  … and ${more} more not up to date`] : []),
  ].join('\n');
}

const nameOf = ({ pilot, environment }: { pilot?: string; environment?: string }): string =>
  pilot ? `${pilot} in ${environment}` : 'the prefix lists';

const what = ({ pilot }: { pilot?: string }): string => (pilot ? 'rule' : 'range');

/** Roughly: `3 min`, `5 h`, `12 days`. */
function age(since: number, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - since) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
