import { abilitiesOf } from './abilities.ts';
import { inOrder, type Misfit, misfit, type Reader } from './misfit.ts';
import type { TargetName } from './sections/index.ts';

type Rule = (of: Reader, target: TargetName | undefined) => Misfit | Misfit[] | undefined;

/** What of a section `database` does not fit together, or RDS would refuse: after it has been asked for an hour. */
export const databaseMisfits = (of: Reader, target: TargetName | undefined): Misfit[] =>
  of.has('database') ? RULES.flatMap((rule) => rule(of, target) ?? []) : [];

/** The variables that tell a release of the pilot’s own database, and the one that tells of one elsewhere. */
export const OWN_VARIABLES = ['ENGINE', 'HOST', 'PORT', 'NAME', 'USER', 'SECRET', 'PASSWORD', 'READ_HOSTS'].map(
  (name) => `DATABASE_${name}`,
);
const ELSEWHERE = ['DATABASE_URL'];
/** Where secrets lie. */
const PLACES = ['DATABASE_PASSWORD_FROM', 'DATABASE_URL_FROM'];

const RULES: readonly Rule[] = [
  (of) =>
    of.has('database', 'url')
      ? ['class', 'storage', 'maxStorage', 'multiAz', 'replicas', 'password', 'parameters']
          .filter((name) => of.has('database', name))
          .map((name) =>
            misfit(['database', name], 'a database elsewhere is not created here', 'database.url without it'),
          )
      : undefined,
  takenNames,
  versionMisfit,
  userMisfit,
  copiesMisfit,
  (of) => inOrder(of, ['database', 'storage'], ['database', 'maxStorage']) ?? growthMisfit(of),
];

/** A name can be given once, and what Pilotage gives is what is true. */
function takenNames(of: Reader, target: TargetName | undefined): Misfit[] {
  const given = of.has('database', 'url') ? ELSEWHERE : OWN_VARIABLES;
  const taken = new Set([...given, ...(abilitiesOf(target).secretsByPlace ? PLACES : [])]);
  const sections = of.has('config', 'file') ? [['secrets']] : [['config', 'values'], ['secrets']];
  const written = sections.flatMap((section) =>
    of.names(...section).map((name) => ({ path: [...section, name], name })),
  );
  return [...written, ...optionsOf(of)]
    .filter(({ name }) => taken.has(name))
    .map(({ path, name }) =>
      misfit(path, `${name} is set by Pilotage, which tells the pilot of its database`, 'another name'),
    );
}

/** Variables that are given as option settings, plain or as secrets. */
const VARIABLE_OPTION = /^aws:elasticbeanstalk:application:environment(?:secrets)?:(.+)$/;

const optionsOf = (of: Reader): { path: string[]; name: string }[] =>
  of.names('beanstalk', 'options').flatMap((option) => {
    const [, name] = VARIABLE_OPTION.exec(option) ?? [];
    return name ? [{ path: ['beanstalk', 'options', option], name }] : [];
  });

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html */
function versionMisfit(of: Reader): Misfit | undefined {
  const engine = of.get('database', 'engine');
  const version = of.get('database', 'version');
  if ((engine !== 'mysql' && engine !== 'mariadb') || typeof version !== 'string' || version.includes('.'))
    return undefined;
  const expected = engine === 'mysql' ? '8.4' : '11.8';
  return misfit(
    ['database', 'version'],
    `${version} is no version of ${engine}: its versions have two numbers`,
    expected,
  );
}

/** Of MySQL and MariaDB so many characters: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const LONGEST_USER = 16;

function userMisfit(of: Reader): Misfit | undefined {
  const engine = of.get('database', 'engine') ?? 'postgres';
  const user = of.get('database', 'user');
  if (typeof user !== 'string') return undefined;
  const reserved = engine === 'postgres' ? ['rdsadmin', 'admin'] : ['rdsadmin'];
  if (reserved.includes(user.toLowerCase()))
    return misfit(['database', 'user'], `${user} is kept for RDS itself`, 'another name, such as app');
  return engine !== 'postgres' && user.length > LONGEST_USER
    ? misfit(['database', 'user'], `${user} has ${user.length} characters`, `at most ${LONGEST_USER}, for ${engine}`)
    : undefined;
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations */
function copiesMisfit(of: Reader): Misfit | undefined {
  const copies = of.number('database', 'replicas') ?? 0;
  return copies > 0 && !of.has('database', 'password') && !of.has('database', 'url')
    ? misfit(
        ['database', 'replicas'],
        'RDS makes no read replica of a database whose password it makes and rotates itself',
        'database.password as well, which names where one lies',
        'make a secret for it first; then its rotation is yours',
      )
    : undefined;
}

/** GiB to which storage grows at least, if it grows. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html */
export const leastGrown = (storage: number): number => Math.ceil((storage * 11) / 10);

function growthMisfit(of: Reader): Misfit | undefined {
  const storage = of.number('database', 'storage') ?? 20;
  const most = of.number('database', 'maxStorage');
  const least = leastGrown(storage);
  return most === undefined || most === storage || most >= least
    ? undefined
    : misfit(
        ['database', 'maxStorage'],
        `RDS lets storage grow from ${storage} by 10 % at least`,
        `${storage}, or at least ${least}`,
      );
}
