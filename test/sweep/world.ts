import { forgetAll } from '../../shared/git/remembering.ts';
import { type Rows, type Table, tableOf } from './aws/dynamodb.ts';
import { type KeyValues, keyValuesOf, type Values } from './aws/kvs.ts';
import { type Call, type Network, networkOf } from './aws/network.ts';
import { type Buckets, bucketsOf, type Objects } from './aws/s3.ts';
import { type Kept, NOTHING_KEPT, type Servers, serversFrom } from './aws/servers.ts';
import { statesOf } from './aws/states.ts';
import { type BusEvent, eventsOf, type Message, topicOf } from './aws/told.ts';
import { connect } from './aws/wire.ts';
import { type Bus, busOf } from './bus.ts';
import { type Clock, clockFrom } from './clock.ts';
import { edgeSyncOf } from './engine/edge-sync.ts';
import { type Engine, type Execution, engineOf } from './engine/engine.ts';
import { readMachine } from './engine/read.ts';
import { type Fault, isCallMode, isStepMode, type Trouble, troubleFrom } from './faults.ts';
import { type Handlers, type Lambda, lambdaWith } from './functions.ts';
import { DEPLOY, EDGE, MANIFESTS, REMOVE, ROLLBACK } from './names.ts';
import { functionOf } from './product.ts';
import { type Random, randomOf } from './random.ts';
import { PILOT } from './sites.ts';
import { type Seen, type Strengths, seenBy, seenByAlias, seenByHost, seenByRule } from './viewer.ts';
import { watchServers } from './watching.ts';
import { watchEntrances } from './watching-entrances.ts';

/** All that lasts of AWS's state: what one run leaves to the next. */
export interface Snapshot {
  now: number;
  rows: Rows;
  objects: Objects;
  values: Values;
  servers: Kept;
}

export const NOTHING: Snapshot = {
  now: Date.UTC(2026, 0, 5, 10),
  rows: new Map(),
  objects: new Map(),
  values: { version: 1, keys: new Map() },
  servers: NOTHING_KEPT,
};

/** A pointer, from the moment that it was written. */
export interface PointerWrite {
  at: number;
  seen: Seen;
  function: string;
  deployment?: string;
}

/** The owner of a pilot's lock, from a moment on. */
export interface LockWrite {
  at: number;
  pilot: string;
  owner?: string;
}

/** A file that was removed from the sites' bucket. */
export interface Removal {
  at: number;
  path: string;
}

/** How large the colours of a service are, from a moment on. */
export interface StrengthNote {
  at: number;
  strengths: Strengths;
}

/** A release that was taken down, wholly or in part. */
export interface TakenDown {
  at: number;
  release: string;
  function: string;
  deployment?: string;
}

/** A moment at which a colour with traffic had nobody to answer, while the other one had. */
export interface Outage {
  at: number;
  release: string;
}

/** What security groups let in, from a moment on, and who it was that let them. */
export interface EntranceNote {
  at: number;
  groups: Record<string, Entry[]>;
}

/** Addresses that a group lets in, by a rule of its own or by a prefix list that one names. */
export interface Entry {
  cidr: string;
  isOurs: boolean;
}

/** A moment at which a release with traffic had not its own settings to read. */
export interface Unread {
  at: number;
  release: string;
  what: string;
}

/** One account with Pilotage in it, for one run. */
export interface World {
  seed: number;
  clock: Clock;
  random: Random;
  start: number;
  engine: Engine;
  lambda: Lambda;
  network: Network;
  bus: Bus;
  table: Table;
  buckets: Buckets;
  values: KeyValues;
  servers: Servers;
  trouble: Trouble;
  /** How often the engine called a step. */
  steps(): number;
  /** How many of the planned faults have happened. */
  struck(): number;
  /** What was seen from outside, oldest first. */
  journal: Call[];
  /** What viewers got when the run began. */
  blue: Seen;
  pointers: PointerWrite[];
  locks: LockWrite[];
  removals: Removal[];
  strengths: StrengthNote[];
  takenDown: TakenDown[];
  outages: Outage[];
  unread: Unread[];
  entrances: EntranceNote[];
  messages: Message[];
  /** What viewers get now. */
  seen(): Seen;
  /** Puts an object into the manifests' bucket as a person would; S3 tells of it. @returns the version. */
  upload(key: string, body: Uint8Array | string, metadata?: Record<string, string>): string;
  snapshot(): Snapshot;
}

export interface WorldParts {
  seed: number;
  from?: Snapshot;
  faults?: readonly Fault[];
  handlers: Handlers;
}

/** When Lambda runs a step for the second time. */
const AGAIN_MS = [0, 3_000] as const;

const machines = () => ({
  [DEPLOY]: readMachine('deploy.asl.yml'),
  [REMOVE]: readMachine('remove.asl.yml'),
  [ROLLBACK]: readMachine('rollback.asl.yml'),
});
let read: ReturnType<typeof machines> | undefined;

export function createWorld({ seed, from = NOTHING, faults = [], handlers }: WorldParts): World {
  forgetAll();
  read ??= machines();
  const random = randomOf(seed);
  const clock = clockFrom(from.now, random);
  const { now } = clock;
  const trouble = troubleFrom(faults);
  const table = tableOf(new Map(from.rows));
  const buckets = bucketsOf(now, new Map(from.objects));
  const values = keyValuesOf(now, from.values);
  const lambda = lambdaWith(clock, random, handlers);
  // Commits are told of where a repository is connected.
  const isSetUp = (name: string) => name !== 'notify-commits' || table.rows.has('CONNECTIONS');
  const bus = busOf({ clock, random, lambda, faults, isSetUp });
  const messages: Message[] = [];
  const twice = faults.filter(({ mode }) => isStepMode(mode)).map(({ at }) => at);
  let steps = 0;
  const called = (name: string, payload: object, execution: string) => {
    const run = () => lambda.invoke(name, payload, execution);
    if (twice.includes(steps++)) clock.after(random.whole(...AGAIN_MS), run);
    return run();
  };
  const engine = engineOf({
    clock,
    random,
    machines: read,
    invoke: async (state, payload, execution) => {
      const ended = await called(functionOf(state), payload, execution);
      return 'error' in ended ? ended : undefined;
    },
    others: { [EDGE]: edgeSyncOf({ clock, random, invoke: called }) },
    tell: (execution) => bus.put(statusEvent(execution)),
  });
  const invokeLater = (name: string, payload: object) => lambda.deliver(name, payload);
  const around = { clock, random, tell: (event: Parameters<Bus['put']>[0]) => bus.put(event) };
  const servers = serversFrom(around, buckets, invokeLater, from.servers);
  const network = networkOf({
    clock,
    random,
    trouble,
    services: [
      table,
      buckets,
      values,
      statesOf(engine, now),
      eventsOf((event) => bus.put(event)),
      topicOf(now, (message) => messages.push(message)),
      ...servers.all,
    ],
    stop: ({ execution, deployment }) => engine.stop(execution ?? deployment ?? ''),
  });
  connect(network);

  const world: World = {
    seed,
    clock,
    random,
    start: from.now,
    engine,
    lambda,
    network,
    bus,
    table,
    buckets,
    values,
    servers,
    trouble,
    steps: () => steps,
    struck: () =>
      faults.filter(({ mode }) => isCallMode(mode)).length -
      trouble.left() +
      bus.deliveries.filter(({ fault }) => fault).length +
      twice.filter((at) => at < steps).length,
    journal: network.journal,
    blue: NOBODY,
    pointers: [],
    locks: [],
    removals: [],
    strengths: [],
    takenDown: [],
    outages: [],
    unread: [],
    entrances: [],
    messages,
    seen: () => seenIn(servers, values, buckets),
    upload(key, body, metadata = {}) {
      const headers = Object.fromEntries(Object.entries(metadata).map(([name, text]) => [`x-amz-meta-${name}`, text]));
      const { id } = buckets.put(MANIFESTS, key, Buffer.from(body), headers);
      bus.put(uploadEvent(key, id));
      return id;
    },
    snapshot: () => ({
      now: now(),
      rows: new Map(table.rows),
      objects: new Map(buckets.objects),
      values: values.now,
      servers: structuredClone(servers.now),
    }),
  };
  world.blue = world.seen();
  watch(world);
  watchServers(world);
  watchEntrances(world);
  return world;
}

const NOBODY: Seen = { fence: 0, shares: {}, sites: {} };

/** The one pilot is of one kind: what there is tells of which. */
function seenIn({ now, functions, contentOf }: Servers, values: KeyValues, buckets: Buckets): Seen {
  const [name] = Object.keys(now.functions.all);
  if (name) return seenByAlias(now, name, (code) => functions.answerOf(code) < 500);
  const [listener] = now.balancers.listeners;
  if (listener) return seenByRule(now, listener);
  const { host } = now.beanstalk;
  if (host) return seenByHost(now.beanstalk, host, contentOf);
  return seenBy(values.now.keys.get(PILOT), PILOT, buckets);
}

/** Writes down what is judged later: the pointers, the locks, and what is removed. */
function watch({ table, values, buckets, clock, pointers, locks, removals }: World): void {
  values.watch = (site, text, by) => {
    if (site !== PILOT) return;
    pointers.push({
      at: clock.now(),
      seen: seenBy(text, site, buckets),
      function: by.function,
      ...(by.deployment && { deployment: by.deployment }),
    });
  };
  table.watch = (pk, sk, item) => {
    if (sk !== 'LOCK') return;
    const owner = item?.owner?.S;
    if (locks.findLast((lock) => lock.pilot === pk)?.owner === owner) return;
    locks.push({ at: clock.now(), pilot: pk, ...(owner !== undefined && { owner: String(owner) }) });
  };
  buckets.watchRemoval = (path) => removals.push({ at: clock.now(), path });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const uploadEvent = (key: string, version: string) => ({
  bus: 'default',
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: MANIFESTS }, object: { key, 'version-id': version }, requester: '123456789012' },
});

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
const statusEvent = ({ machine, name, status }: Execution): Omit<BusEvent, 'id' | 'time'> => ({
  bus: 'default',
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: { stateMachineArn: machine, name, status },
});
