import * as z from 'zod/mini';
import { DAY, duration } from '../duration.ts';
import { ARGV, argv, choice, flag, key, named, optional, schedule, section, text, whole } from '../kinds.ts';
import { reference } from '../reference.ts';

const IDENTIFIER = 'a letter, then letters, digits and _, at most 63';
const identifier = () => text(IDENTIFIER, /^[A-Za-z]\w{0,62}$/);

/** A database of the pilot’s own, apart from its code; or the address of one elsewhere. */
export const databaseSection = section({
  engine: key('What kind of database.', z._default(choice('postgres', 'mysql', 'mariadb'), 'postgres')),
  version: optional(
    'Its major version; 18 of PostgreSQL, 8.4 of MySQL, 11.8 of MariaDB where it is not given.',
    text('a version such as 17 or 8.4', /^\d{1,2}(?:\.\d{1,2})?$/),
  ),
  name: key('The name of the database.', z._default(identifier(), 'app')),
  user: key('The name of the master user.', z._default(identifier(), 'app')),
  password: optional(
    'Where the password lies; without it, RDS makes one and rotates it every seven days.',
    reference('secret'),
  ),
  class: optional(
    'The instance class; `traffic` decides where it is not given.',
    text('a class such as db.t4g.micro', /^db\.[a-z0-9]{2,12}\.(?:micro|small|medium|large|(?:\d{1,2})?xlarge)$/),
  ),
  storage: key('GiB at first.', z._default(whole(20, 65_536), 20)),
  maxStorage: optional(
    'GiB that it may grow to by itself; five times `storage` where it is not given.',
    whole(20, 65_536),
  ),
  multiAz: key('A second instance in another zone, which takes over within about a minute.', z._default(flag(), false)),
  replicas: key('Read replicas; they need a `password` of your own.', z._default(whole(0, 5), 0)),
  deletionProtection: key('It cannot be deleted before this is set to false.', z._default(flag(), true)),
  replace: key('Changes that replace the database, and lose what is in it, are allowed.', z._default(flag(), false)),
  parameters: optional(
    'Settings of the engine, by name.',
    named(
      'a to z, digits, _ and ., beginning with a letter',
      /^[a-z][a-z0-9_.]{0,100}$/,
      text('text of at most 200 characters', /^[^\p{Cc}]{1,200}$/u),
      50,
    ),
  ),
  url: optional('Where the address of a database elsewhere lies; then nothing is created.', reference('secret', 'ssm')),
});

/** Some tools count their versions, others draw them by lot. */
const SCHEMA_VERSION = 'a version of the schema such as 0042 or 1975ea83b712: letters, digits, ., _ and -, at most 64';

/** A task that changes the database to fit the release; run once for each release, before the swap. */
export const migrationsSection = section({
  command: key(
    'What it runs, with the release’s own image or artifact; a function is called with it, and answers {"exitCode": 0}.',
    argv(),
  ),
  timeout: key(
    'A migration that takes longer has failed; that of a function has the time of a call.',
    z.prefault(duration(DAY, 1), '15m'),
  ),
  version: optional(
    'What the database’s schema is called once this release has migrated; the same in two releases says that the later one changes nothing. Required where `reversible` is a command.',
    text(SCHEMA_VERSION, /^[\w.-]{1,64}$/),
  ),
  snapshot: key('A snapshot of the database is taken before.', z._default(flag(), true)),
  reversible: key(
    'Whether the release before can work with the migrated database, or the command that takes back what this release’s own command did, and no more.',
    z._default(z.union([z.boolean(`true, false, or ${ARGV}`), argv()], `true, false, or ${ARGV}`), false),
  ),
});

/** Copies of data, and how long they are kept. */
export const backupsSection = section({
  days: key('How long they are kept.', z._default(whole(1, 35), 7)),
  at: optional(
    'When, in UTC, a snapshot of the database is taken and the volume’s files are copied to S3, every hour at the most; without it only the automatic backups are made.',
    schedule(),
  ),
  files: key('The EFS volume is backed up as well.', z._default(flag(), true)),
});

const CONFIG_FILE = 'a file name such as settings.json, .yaml or .env';

/** Settings of the pilot that are no secrets. */
export const configSection = section({
  file: optional(
    'The name of the file, in the folder `config` of the mount, where each release finds its own; its ending decides the format, and `CONFIG_FILE` tells the path. Without it, values are environment variables.',
    text(CONFIG_FILE, /^[\w-][\w.-]{0,60}(?:\.json|\.ya?ml|\.env)$/),
  ),
  values: key(
    'The values: text, numbers, true and false, lists and sections. In quotes, all is text. References belong under `secrets`.',
    z._default(
      named('letters, digits, _, - and ., beginning with a letter or _', /^[A-Za-z_][\w.-]{0,100}$/, z.unknown(), 500),
      {},
    ),
  ),
});

/** Environment variables whose values only the pilot sees. */
export const secrets = () =>
  named(
    'letters, digits and _, not beginning with a digit',
    /^[A-Z_][A-Z0-9_]{0,63}$/i,
    reference('secret', 'ssm'),
    100,
  );
