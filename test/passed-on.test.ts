import { passedOn } from '../shared/passed-on.ts';

const DRAWN = [
  ['a digest', '9f86d081884c7d659a2feaa0c55ad015', '***'],
  ['base64', 'got q83vEjRWeJCrze8SNFZ4kA== back', 'got *** back'],
  ['a key of a payment service', 'with sk_live_51HqT2xKz9mQ was refused', 'with *** was refused'],
  ['the password of a database', 'login "x~R4|e]q$7Kw:pZ-" failed', 'login "***" failed'],
  ['a password in an assignment', 'DATABASE_PASSWORD=two words', 'DATABASE_PASSWORD=*** words'],
  ['a UUID', 'id f81d4fae-7dec-11d0-a765-00a0c91e6bf6.', 'id ***'],
  ['a folder', 'no /srv/9f86d081884c7d659a/settings.json', 'no /srv/***/settings.json'],
] as const;

test.each(DRAWN)('of %s nothing is passed on', (_, line, clean) => expect(passedOn(line)).toBe(clean));

test.each([
  'ALTER TABLE notes ADD COLUMN author text NOT NULL DEFAULT "nobody"',
  'SELECT count(*) FROM notes WHERE price <> 100 AND text LIKE $1',
  '2026-11-21T18:51:18.123Z INFO  running 20261121120000_add_author.sql',
  'Migration AddAuthorToNotes1699999999999 failed: error code 28P01',
  '    at Object.<anonymous> (/app/dist/migrate.js:12:34) Node.js v24.21.0',
  'connect ECONNREFUSED 10.0.31.7:5432',
  'no answer from acme-shop.c9akciq32rgw.eu-central-1.rds.amazonaws.com:5432, nor from 10.0.0.1',
])('what people can read stays: %s', (line) => expect(passedOn(line)).toBe(line));

test('a long line does not hold anybody up', () => {
  const began = process.cpuUsage().user;
  for (const part of ['a1', '!', 'a-', '=', ' 1a']) passedOn(part.repeat(100_000));
  expect(process.cpuUsage().user - began).toBeLessThan(2_000_000);
});
