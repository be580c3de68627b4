import { marshall } from '@aws-sdk/util-dynamodb';
import { announced } from '../aws/edge/published.ts';
import { EDGE } from '../names.ts';
import { NEWER } from '../ranges.ts';
import type { Stage } from '../stage.ts';
import type { World } from '../world.ts';
import type { Scenario } from './scenario.ts';

const RULES = 'edge: { mode: rules }\n';
const LISTS = 'edge: { mode: prefix-list }\n';
/** So few rules that a list needs two groups, and both lists hardly fit. */
const FEW_RULES = 7;

const ANNOUNCED = { reason: 'announced', announced: announced(NEWER) };

/** Stories of services that CloudFront reaches by addresses which Pilotage lets in. */
export const OF_EDGES: Scenario[] = [
  {
    name: 'edge-rules-first',
    about: 'a first deployment of a service, whose groups let in the addresses that AWS publishes',
    after: [],
    isLong: true,
    play: (stage) => {
      stage.world.servers.edges.now.allowed = FEW_RULES;
      stage.at(1, () => stage.uploadService('one', RULES));
    },
  },
  {
    name: 'edge-rules',
    about: 'a deployment of a service, after AWS has published other addresses and somebody has let in an office',
    after: ['edge-rules-first'],
    later: 48,
    isLong: true,
    play: (stage) => releaseAfterPublication(stage, RULES),
  },
  {
    name: 'edge-lists-first',
    about: 'a first deployment of a service, whose group names prefix lists that are made for it',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadService('one', LISTS)),
  },
  {
    name: 'edge-lists',
    about: 'a deployment of a service that names prefix lists, after AWS has published other addresses',
    after: ['edge-lists-first'],
    later: 48,
    isLong: true,
    play: (stage) => releaseAfterPublication(stage, LISTS),
  },
  {
    name: 'edge-meeting',
    about: 'AWS publishes other addresses at the moment at which a deployment of a service looks after them',
    after: ['edge-rules-first'],
    later: 48,
    isLong: true,
    play: (stage) => {
      releaseAfterPublication(stage, RULES);
      start(stage, 2.15, `ranges-${NEWER.token}`, ANNOUNCED);
    },
  },
  {
    name: 'edge-published',
    about: 'AWS publishes other addresses for two pilots, one of which has lost a group, and a person looks again',
    after: ['edge-rules-first'],
    later: 1,
    isLong: true,
    play: (stage) => {
      letOfficeIn(stage.world);
      joinedByShop(stage.world);
      stage.world.servers.publisher.publish(NEWER);
      start(stage, 1, `ranges-${NEWER.token}`, ANNOUNCED);
      start(stage, 60, 'asked-by-jo', { reason: 'asked' });
    },
  },
];

const start = ({ world, at }: Stage, seconds: number, name: string, input: object): void =>
  at(seconds, () => void world.engine.start(EDGE, name, JSON.stringify(input)));

/** Somebody lets in an office, AWS publishes other addresses, and another release comes. */
function releaseAfterPublication(stage: Stage, edge: string): void {
  letOfficeIn(stage.world);
  stage.world.servers.publisher.publish(NEWER);
  stage.at(1, () => stage.uploadService('two', edge));
}

/** A rule beside ours, in the group that is filled last. */
function letOfficeIn({ servers: { edges } }: World): void {
  const [id] = Object.values(edges.now.doors).flatMap((groups) => groups.slice(-1));
  edges.change(() =>
    edges.now.groups[id ?? '']?.push({
      id: 'sgr-office',
      protocol: 'tcp',
      from: 80,
      to: 80,
      cidr: '198.51.100.7/32',
      description: 'the office',
    }),
  );
}

/** Another pilot, which was deployed before; the first of its groups was removed by hand since. */
function joinedByShop({ servers: { edges }, table }: World): void {
  const whose = { pilot: 'shop', environment: 'production' };
  const [gone, left] = ['sg-00000000000000001', 'sg-00000000000000002'];
  const opening = {
    mode: 'rules',
    service: 'CLOUDFRONT_ORIGIN_FACING',
    ipv6: true,
    groups: [gone, left],
    lists: [],
    port: 80,
  };
  const rows = [
    { pk: 'PILOTS', sk: 'shop#production', ...whose },
    { pk: 'PILOT#shop#production', sk: 'EDGE', opening, outcome: 'done' },
  ];
  for (const row of rows) table.rows.set(row.pk, new Map(table.rows.get(row.pk)).set(row.sk, marshall(row) as never));
  edges.change(() => {
    edges.now.groups[left] = [];
    edges.now.doors.shop = [gone, left];
  });
}
