import type { Service } from './call.ts';
import type { Around } from './cloudformation.ts';
import { queryService, Refusal, type Shape } from './query.ts';

export interface Snapshot {
  id: string;
  database: string;
  tags: Record<string, string>;
  at: number;
  /** When it was complete. */
  completeAt?: number;
}

/** All that RDS knows. */
export interface Databases {
  ids: string[];
  snapshots: Snapshot[];
}

export const noDatabases = (): Databases => ({ ids: [], snapshots: [] });

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

  return queryService('rds', 'rds', {
    CreateDBSnapshot: {
      writes: true,
      about: nameIn,
      act(input) {
        const [id, database] = [nameIn(input), input.get('DBInstanceIdentifier') ?? ''];
        if (!now.ids.includes(database)) throw new Refusal('DBInstanceNotFound', `${database} not found.`, 404);
        if (now.snapshots.some((one) => one.id === id))
          throw new Refusal('DBSnapshotAlreadyExists', `Cannot create the snapshot because ${id} already exists.`);
        changed();
        const snapshot: Snapshot = { id, database, tags: tagsIn(input), at: clock.now() };
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
    DescribeDBSnapshots: {
      mayBeStale: true,
      about: nameIn,
      act(input, _, stale) {
        const all = stale && clock.now() - changedAt < BEHIND_MS ? before : now;
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

const shapeOf = ({ id, database, completeAt }: Snapshot): Shape => ({
  DBSnapshotIdentifier: id,
  DBInstanceIdentifier: database,
  Status: completeAt === undefined ? 'creating' : 'available',
  PercentProgress: completeAt === undefined ? 0 : 100,
});
