import type { Service } from './call.ts';
import type { Around } from './cloudformation.ts';
import { queryService, Refusal, Repeated, type Shape } from './query.ts';

/** What is in a database, or in a snapshot of it: what the first one was written, or nothing. */
export type Content = 'rows' | 'nothing';

export interface Instance {
  id: string;
  isProtected: boolean;
  holds: Content;
}

export interface Snapshot {
  id: string;
  database: string;
  holds: Content;
  tags: Record<string, string>;
  at: number;
  /** When it was complete. */
  completeAt?: number;
}

/** All that RDS knows. */
export interface Databases {
  instances: Instance[];
  snapshots: Snapshot[];
  /** When one took the place of another. */
  replacedAt: number[];
}

export const noDatabases = (): Databases => ({ instances: [], snapshots: [], replacedAt: [] });

/**
 * A stack has made a database, or has changed it; the one whose place it takes is removed with a last snapshot, unless that is
 * protected. The first one there ever was is written to.
 */
export function stackedDatabase(
  now: Databases,
  id: string,
  from: string | undefined,
  isProtected: boolean,
  at: number,
) {
  const known = now.instances.find((one) => one.id === id);
  if (known) known.isProtected = isProtected;
  else {
    const isFirst = now.instances.length === 0 && now.snapshots.length === 0;
    const holds = isFirst ? 'rows' : (now.snapshots.find((one) => one.id === from)?.holds ?? 'nothing');
    now.instances.push({ id, isProtected, holds });
    if (!isFirst) now.replacedAt.push(at);
  }
  for (const old of now.instances.filter((one) => one.id !== id && !one.isProtected)) {
    now.snapshots.push({ id: `${old.id}-last`, database: old.id, holds: old.holds, tags: {}, at, completeAt: at });
    now.instances = now.instances.filter((one) => one !== old);
  }
}

/** Milliseconds that a read may be behind, and that a snapshot takes. */
const BEHIND_MS = 5_000;
const TAKES_MS = [120_000, 300_000] as const;

/**
 * RDS as far as snapshots go.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html
 */
export function databasesOf({ clock, random, tell }: Around, now: Databases): Service {
  let before = structuredClone(now);
  let changedAt = Number.NEGATIVE_INFINITY;
  const changed = () => {
    before = structuredClone(now);
    changedAt = clock.now();
  };
  const nameIn = (input: URLSearchParams) => input.get('DBSnapshotIdentifier') ?? '';
  const instanceIn = (input: URLSearchParams, of = now): Instance => {
    const id = input.get('DBInstanceIdentifier') ?? '';
    const found = of.instances.find((one) => one.id === id);
    if (!found) throw new Refusal('DBInstanceNotFound', `${id} not found.`, 404);
    return found;
  };
  const aboutInstance = (input: URLSearchParams) => input.get('DBInstanceIdentifier') ?? '';

  return queryService('rds', 'rds', {
    CreateDBSnapshot: {
      writes: true,
      about: nameIn,
      act(input) {
        const [id, database] = [nameIn(input), input.get('DBInstanceIdentifier') ?? ''];
        const { holds } = instanceIn(input);
        if (now.snapshots.some((one) => one.id === id))
          throw new Refusal('DBSnapshotAlreadyExists', `Cannot create the snapshot because ${id} already exists.`);
        changed();
        const snapshot: Snapshot = { id, database, holds, tags: tagsIn(input), at: clock.now() };
        now.snapshots.push(snapshot);
        clock.after(random.whole(...TAKES_MS), () => {
          changed();
          snapshot.completeAt = clock.now();
          tell({
            bus: 'default',
            source: 'aws.rds',
            'detail-type': 'RDS DB Snapshot Event',
            detail: { SourceIdentifier: id, EventCategories: ['creation'], Message: 'Manual snapshot created' },
          });
        });
        return { DBSnapshot: shapeOf(snapshot) };
      },
    },
    DescribeDBInstances: {
      about: aboutInstance,
      act: (input) => ({ DBInstances: { DBInstance: instanceShapeOf(instanceIn(input)) } }),
    },
    ModifyDBInstance: {
      writes: true,
      about: aboutInstance,
      act(input) {
        const found = instanceIn(input);
        changed();
        if (input.has('DeletionProtection')) found.isProtected = input.get('DeletionProtection') === 'true';
        return { DBInstance: instanceShapeOf(found) };
      },
    },
    DescribeDBSnapshots: {
      mayBeStale: true,
      about: nameIn,
      act(input, _, stale) {
        const all = stale && clock.now() - changedAt < BEHIND_MS ? before : now;
        if (!nameIn(input)) {
          const of = all.snapshots.filter(({ database }) => database === aboutInstance(input));
          return { DBSnapshots: { DBSnapshot: new Repeated(of.map(shapeOf)) } };
        }
        const found = all.snapshots.find(({ id }) => id === nameIn(input));
        if (!found) throw new Refusal('DBSnapshotNotFound', `DBSnapshot ${nameIn(input)} not found.`, 404);
        return { DBSnapshots: { DBSnapshot: shapeOf(found) } };
      },
    },
  });
}

function tagsIn(input: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let n = 1; input.has(`Tags.Tag.${n}.Key`); n += 1)
    tags[input.get(`Tags.Tag.${n}.Key`) ?? ''] = input.get(`Tags.Tag.${n}.Value`) ?? '';
  return tags;
}

const instanceShapeOf = ({ id, isProtected }: Instance): Shape => ({
  DBInstanceIdentifier: id,
  DBInstanceStatus: 'available',
  Engine: 'postgres',
  EngineVersion: '18.1',
  AllocatedStorage: 20,
  DeletionProtection: isProtected,
});

const shapeOf = ({ id, database, at, completeAt }: Snapshot): Shape => ({
  DBSnapshotIdentifier: id,
  DBInstanceIdentifier: database,
  SnapshotCreateTime: new Date(at),
  Engine: 'postgres',
  EngineVersion: '18.1',
  MasterUsername: 'app',
  AllocatedStorage: 20,
  Status: completeAt === undefined ? 'creating' : 'available',
  PercentProgress: completeAt === undefined ? 0 : 100,
});
