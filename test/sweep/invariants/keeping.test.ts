import { noDatabases, stackedDatabase } from '../aws/rds.ts';
import type { Evidence } from '../evidence.ts';
import { KEEPING } from './keeping.ts';

const databases = noDatabases();
const stackOf = (DatabaseId: string) =>
  new Map([['acme-production', { outputs: { DatabaseId, DatabaseGuard: 'protected' } }]]);
const broken = (of: string, id: string): string[] =>
  KEEPING.filter(({ name }) => name.includes(of)).flatMap((one) =>
    one.broken({ world: { servers: { now: { databases, stacks: stackOf(id) } } } } as never as Evidence),
  );

it('a database that a stack made empty, or that went, is found', () => {
  stackedDatabase(databases, 'first', undefined, true, 0);
  expect(broken('never an empty one', 'first')).toEqual([]);
  expect(broken('never an empty one', 'another')).toEqual(['another is gone']);

  expect(broken('is protected in the end', 'first')).toEqual([]);

  stackedDatabase(databases, 'beside', undefined, false, 0);
  expect(broken('is protected in the end', 'beside')).toEqual(['beside is not protected']);
  expect(broken('leaves a snapshot', 'beside')).toEqual(['there are first, beside']);
  expect(broken('never an empty one', 'beside')).toEqual(['beside is empty']);

  stackedDatabase(databases, 'first', undefined, false, 0);
  stackedDatabase(databases, 'restored', 'first-last', false, 0);
  stackedDatabase(databases, 'restored', 'first-last', false, 0);
  expect(databases.snapshots.map(({ id, holds }) => [id, holds])).toContainEqual(['beside-last', 'nothing']);
});
