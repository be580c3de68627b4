import { type Bad, bad } from './bad-input.ts';
import { SERVICE } from './bad-sections.ts';
import { SMALLEST } from './samples.ts';

const DATABASE = `${SERVICE}database: {storage: 50}\n`;

/** What environments cannot say. */
export const BAD_ENVIRONMENTS: Bad[] = [
  {
    ...bad('an environment that is not there', `${SMALLEST}environments: {staging: {}}`, '6:1 ENVIRONMENT_UNKNOWN'),
    environment: 'stagign',
  },
  bad('a list of environments', `${SMALLEST}environments: []`, '6:15 MANIFEST_TYPE environments'),
  bad('text for environments', `${SMALLEST}environments: staging`, '6:15 MANIFEST_TYPE environments'),
  bad('environments without any', `${SMALLEST}environments:`, '6:1 MANIFEST_TYPE environments'),
  bad(
    'a list for an environment',
    `${SMALLEST}environments: {staging: [a]}`,
    '6:25 MANIFEST_TYPE environments.staging',
  ),
  bad('60 environments', `${SMALLEST}environments:\n${many(60)}`, '6:1 MANIFEST_VALUE environments'),
  bad(
    'environments with odd names',
    `${SMALLEST}environments: {Staging: {}, pre-prod: {}, 1st: {}, abcdefghijklmnopq: {}}`,
    '6:16 MANIFEST_VALUE environments.Staging',
    '6:29 MANIFEST_VALUE environments.pre-prod',
    '6:43 MANIFEST_VALUE environments.1st',
    '6:52 MANIFEST_VALUE environments.abcdefghijklmnopq',
  ),
  bad(
    'an environment that would be another pilot',
    `${SMALLEST}environments: {staging: {name: other, target: ecs, apiVersion: pilotage/v1, environments: {}}}`,
    '6:26 MANIFEST_MISFIT environments.staging.name',
    '6:39 MANIFEST_MISFIT environments.staging.target',
    '6:52 MANIFEST_MISFIT environments.staging.apiVersion',
    '6:77 MANIFEST_MISFIT environments.staging.environments',
  ),
  bad(
    'a wrong value in one environment',
    `${DATABASE}environments:\n  staging:\n    database:\n      storage: 5`,
    '10:16 MANIFEST_VALUE environments.staging.database.storage',
  ),
  bad(
    'a wrong value in each of three',
    `${DATABASE}environments:\n  staging: {database: {storage: 5}}\n  ci: {database: {storage: 6}}\n  production: {database: {storage: 7}}`,
    '8:33 MANIFEST_VALUE environments.staging.database.storage',
    '9:28 MANIFEST_VALUE environments.ci.database.storage',
    '10:36 MANIFEST_VALUE environments.production.database.storage',
  ),
  bad(
    'what is wrong everywhere, which is said once',
    `${SERVICE}database: {storage: 5}\nenvironments: {staging: {owner: a}, ci: {owner: b}}`,
    '6:21 MANIFEST_VALUE database.storage',
  ),
  bad(
    'an unknown key in one environment',
    `${DATABASE}environments: {staging: {databse: {}}}`,
    '7:26 MANIFEST_UNKNOWN_KEY environments.staging.databse',
  ),
  bad(
    'what does not fit in one environment',
    `${DATABASE}environments: {staging: {database: {maxStorage: 20}}}`,
    '7:37 MANIFEST_MISFIT environments.staging.database.maxStorage',
  ),
  bad(
    'a blank key, which takes nothing away',
    `${DATABASE}environments:\n  staging:\n    database:`,
    '9:5 MANIFEST_TYPE environments.staging.database',
  ),
  bad(
    'what is required, taken away',
    `${SMALLEST}environments:\n  staging:\n    source: {artifact: null}`,
    '8:5 MANIFEST_MISSING environments.staging.source.artifact',
  ),
  bad(
    'what another part needs, taken away in one environment',
    `${DATABASE}migrations: {command: [a]}\nenvironments: {staging: {database: null}}`,
    '7:1 MANIFEST_MISFIT migrations',
  ),
  bad(
    'a whole section that is required, taken away',
    `${SMALLEST}environments:\n  staging:\n    source: null`,
    '8:5 MANIFEST_MISSING environments.staging.source',
  ),
  bad(
    'an alias for an environment',
    `${SMALLEST}environments: {staging: *ci}`,
    '6:25 MANIFEST_ALIAS environments.staging',
  ),
];

function many(count: number): string {
  return Array.from({ length: count }, (_, i) => `  e${i}: {}`).join('\n');
}
