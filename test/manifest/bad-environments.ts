import { type Bad, bad } from './bad-input.ts';
import { SERVICE } from './bad-sections.ts';
import { SMALLEST } from './samples.ts';

/** The smallest one with previews; what is added begins in line 7. */
export const PREVIEWED = `${SMALLEST.replace('artifact: site.zip', 'git: {repository: github.com/acme/site}')}previews: true\n`;
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
    'an environment that is named as a preview',
    `${PREVIEWED}environments: {pr12: {}, pr0: {}}`,
    '7:16 MANIFEST_VALUE environments.pr12',
  ),
  bad(
    'what holds in previews, where there are none',
    `${SMALLEST}environments: {preview: {static: {index: a.html}}}`,
    '6:16 MANIFEST_MISFIT environments.preview',
  ),
  bad(
    'the same, where it says that there are none',
    `${SMALLEST}previews: false\nenvironments: {preview: null}`,
    '7:16 MANIFEST_MISFIT environments.preview',
  ),
  bad(
    'neither yes nor no to previews, of which nothing more is said',
    `${SMALLEST}previews: all\nenvironments: {preview: {}}`,
    '6:11 MANIFEST_TYPE previews',
  ),
  bad(
    'previews in one environment',
    `${SMALLEST}environments: {staging: {previews: true}}`,
    '6:26 MANIFEST_MISFIT environments.staging.previews',
  ),
  bad('previews without a repository', `${SMALLEST}previews: true`, '6:1 MANIFEST_MISFIT previews'),
  bad(
    'what no preview has',
    `${PREVIEWED}environments:\n  preview: {domain: {name: a.example.com}, email: {}, backups: {}, budget: {monthly: 9}, approval: required, rollout: {}, previews: false}`,
    '8:13 MANIFEST_MISFIT environments.preview.domain',
    '8:44 MANIFEST_MISFIT environments.preview.email',
    '8:55 MANIFEST_MISFIT environments.preview.backups',
    '8:68 MANIFEST_MISFIT environments.preview.budget',
    '8:90 MANIFEST_MISFIT environments.preview.approval',
    '8:110 MANIFEST_MISFIT environments.preview.rollout',
    '8:123 MANIFEST_MISFIT environments.preview.previews',
  ),
  bad(
    'a wrong value in previews alone',
    `${PREVIEWED}environments: {preview: {static: {cleanUrls: maybe}}}`,
    '7:46 MANIFEST_VALUE environments.preview.static.cleanUrls',
  ),
  bad(
    'what is wrong everywhere, in previews too, which is said once',
    `${PREVIEWED}static: {cleanUrls: maybe}\nenvironments: {preview: {owner: a}}`,
    '7:21 MANIFEST_VALUE static.cleanUrls',
  ),
  bad(
    'previews of instances',
    `${PREVIEWED.replace('static', 'ec2')}ec2: {mount: /mnt/efs}`,
    '3:1 PREVIEW_TARGET target',
  ),
  bad(
    'previews with a database, and what changes it',
    `${PREVIEWED.replace('static', 'ecs')}database: {}\nmigrations: {command: [a]}`,
    '7:1 PREVIEW_DATA database',
  ),
  bad(
    'previews that migrate no database',
    `${PREVIEWED.replace('static', 'ecs')}database: {}\nmigrations: {command: [a]}\nenvironments: {preview: {database: null}}`,
    '8:1 PREVIEW_DATA migrations',
  ),
  bad(
    'previews with a database of their own',
    `${PREVIEWED.replace('static', 'ecs')}environments: {preview: {database: {}}}`,
    '7:26 PREVIEW_DATA environments.preview.database',
  ),
  bad(
    'previews with a volume, one that is asked for and one that a file needs',
    `${PREVIEWED.replace('static', 'ecs')}ecs: {mount: /mnt/efs}\nconfig: {file: settings.json}`,
    '7:7 PREVIEW_DATA ecs.mount',
    '8:10 PREVIEW_DATA config.file',
  ),
  bad(
    'previews with a bucket',
    `${PREVIEWED.replace('static', 'lambda')}lambda: {events: uploads/}`,
    '7:10 PREVIEW_DATA lambda.events',
  ),
  {
    ...bad('a preview of what has none', `${SMALLEST}previews: false`, '6:1 ENVIRONMENT_UNKNOWN'),
    environment: 'pr12',
  },
  {
    ...bad('what all previews have in common, as an environment', `${PREVIEWED}`, '1:1 ENVIRONMENT_UNKNOWN'),
    environment: 'preview',
  },
  {
    ...bad('a preview that is not named as one', `${PREVIEWED}environments: {staging: {}}`, '7:1 ENVIRONMENT_UNKNOWN'),
    environment: 'pr0',
  },
  bad(
    'an alias for an environment',
    `${SMALLEST}environments: {staging: *ci}`,
    '6:25 MANIFEST_ALIAS environments.staging',
  ),
];

function many(count: number): string {
  return Array.from({ length: count }, (_, i) => `  e${i}: {}`).join('\n');
}
