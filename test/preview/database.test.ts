import { databaseName, familyOf, mostStorageOf, replicaName, versionOf } from '../../shared/preview/database.ts';
import { siteOf } from '../templates/samples.ts';
import { resolve, SMALL } from './samples.ts';

const siteWith = (section: string) => {
  const site = siteOf(`${SMALL.ecs}database: {${section}}\n`);
  const { database } = resolve(`${SMALL.ecs}database: {${section}}\n`);
  if (!database) throw new Error('there is no database');
  return { site, database };
};

describe('the name of a database', () => {
  const named = (section: string) => {
    const { site, database } = siteWith(section);
    return databaseName(site, database);
  };

  it('is the pilot’s and the environment’s', () => {
    expect(named('')).toBe('acme-shop-production');
  });

  it('is another one where what cannot be changed is another, so that one can be made beside it', () => {
    const names = ['', 'engine: mysql', 'engine: mariadb', 'name: shop', 'user: owner'].map(named);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z](?!.*--)[a-z0-9-]{0,61}[a-z0-9]$/);
  });

  it('stays while anything else changes', () => {
    const kept = ['version: "17"', 'class: db.m7g.large', 'storage: 100', 'multiAz: true', 'password: "secret:db"'];
    expect(new Set(kept.map(named))).toEqual(new Set([named('')]));
  });

  it('of a copy begins with its number, as the policy of its stack knows it', () => {
    const { site, database } = siteWith('engine: mysql, password: "secret:db", replicas: 2');
    expect(replicaName(site, database, 1)).toMatch(/^replica-1-mysql-/);
    expect(replicaName(site, database, 2)).not.toBe(replicaName(site, database, 1));
  });
});

it.each([
  ['', '18', 'postgres18'],
  ['version: "17.10"', '17.10', 'postgres17'],
  ['engine: mysql', '8.4', 'mysql8.4'],
  ['engine: mariadb, version: "11.4"', '11.4', 'mariadb11.4'],
])('a database {%s} is of version %s, and has parameters of %s', (section, version, family) => {
  const { database } = siteWith(section);
  expect([versionOf(database), familyOf(database)]).toEqual([version, family]);
});

it.each([
  ['', 100],
  ['storage: 100, maxStorage: 300', 300],
  ['storage: 20000', 65_536],
  ['storage: 100, maxStorage: 100', 100],
  // It could not grow by the tenth that it grows by at least.
  ['storage: 65000', 65_000],
])('a database {%s} grows to at most %i GiB', (section, most) => {
  expect(mostStorageOf(siteWith(section).database)).toBe(most);
});
