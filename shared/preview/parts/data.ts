import { settingsPath, USUAL_MOUNT } from '../../configuration/render.ts';
import type { Use } from '../../cost/cost.ts';
import { fullName, readReference } from '../../manifest/reference.ts';
import { counted } from '../../notify/quantities.ts';
import { bucketIn, type Component, nameIn, type Resource, type Site } from '../model.ts';
import type { TargetPlan } from '../targets/target.ts';
import { monthly } from '../uses.ts';
import { logDaysOf } from './care.ts';
import { sentence } from './links.ts';

/** GB on the volume: a guess. */
const ON_VOLUME = 1;
/** Of a database's storage, so much one more snapshot takes: a guess. */
const COMPRESSED = 0.25;
const mountOf = ({ manifest: { ecs, ec2 } }: Site): string | undefined => ecs?.mount ?? ec2?.mount;

/** What changes the database, once for each release. */
export function migrationsOf(site: Site, { components: [main], rollout }: TargetPlan): Component[] {
  const { migrations } = site.manifest;
  if (!migrations) return [];
  return [
    {
      name: 'migrations',
      function: 'Change the database to fit the release, once for each release',
      fits: `run ${migrations.command.join(' ')} as the ${main.name} would, ${rollout.migrate ? `${rollout.migrate}, ` : ''}before it gets any requests`,
      resources: [],
      uses: [],
    },
  ];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-efs-filesystem.html */
export function volumeOf(site: Site, { components: [main] }: TargetPlan): Component[] {
  const mount = mountOf(site);
  if (!mount) return [];
  const { backups } = site.manifest;
  const volume: Resource = {
    type: 'AWS::EFS::FileSystem',
    name: nameIn(site, 'stack'),
    settings: { mount, encrypted: 'yes', 'daily backup': backups?.files === false ? 'no' : 'yes' },
    fixed: ['encrypted'],
    holds: 'the files on the volume',
    left: true,
  };
  return [
    {
      name: 'volume',
      function: 'Files that outlive tasks and instances, and that all of them see',
      fits: `mounted by the ${main.name} at ${mount}`,
      resources: [volume],
      uses: [
        monthly('efs.gb-month', ON_VOLUME, `files, taken as ${ON_VOLUME} GB`),
        ...(backups?.files === false
          ? []
          : [monthly('efs.backup.gb-month', ON_VOLUME, `their backup, taken as ${ON_VOLUME} GB`)]),
      ],
    },
  ];
}

/** Settings that are no secrets. */
export function configurationOf(site: Site, { components: [main] }: TargetPlan): Component[] {
  const { config } = site.manifest;
  if (!config) return [];
  return [
    {
      name: 'configuration',
      function: 'Settings that are no secrets; a release goes back with its own',
      fits: config.file
        ? `written to ${settingsPath(mountOf(site) ?? USUAL_MOUNT, config.file)} before the start of the ${main.name}`
        : `environment variables of the ${main.name}`,
      resources:
        config.file && site.manifest.ecs ? functionAt(site, 'settings', 'writes the file of each release') : [],
      uses: [],
    },
  ];
}

/** A function of the pilot’s own stack, and what it logs. */
const functionAt = (site: Site, part: string, what: string): Resource[] => [
  { type: 'AWS::Lambda::Function', name: nameIn(site, 'function', part), settings: { does: what } },
  {
    type: 'AWS::Logs::LogGroup',
    name: nameIn(site, 'log-group', part),
    settings: { kept: counted(logDaysOf(site.manifest), 'day') },
    left: true,
  },
];

/** Secrets that are only named here. */
export function secretsOf({ manifest, environment }: Site, { components: [main] }: TargetPlan): Component[] {
  const references = Object.entries(manifest.secrets ?? {});
  if (references.length === 0) return [];
  const lie = references.map(([, written]) => placeOf(written, manifest.name, environment));
  return [
    {
      name: 'secrets',
      function: `Values for the ${main.name} alone: ${firstOf(references.map(([name]) => name))}`,
      fits: `lie, where somebody put them, as ${firstOf([...new Set(lie)])}; the plan reads only their names`,
      resources: [],
      uses: [],
    },
  ];
}

const firstOf = (names: string[]): string =>
  names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');

/** Where a value lies, as whoever has to put it there finds it. */
function placeOf(written: string, pilot: string, environment: string): string {
  const reference = readReference(written);
  if (!reference || reference.from === 'stack-output') return written;
  const kind = reference.from === 'ssm' ? 'the parameter' : 'the secret';
  return `${kind} ${fullName(reference, pilot, environment)}`;
}

/** Copies of data that are made besides the automatic ones. */
export function backupsOf(site: Site): Component[] {
  const { backups, database } = site.manifest;
  const isOwn = database !== undefined && !database.url;
  if (!backups || !(isOwn || mountOf(site))) return [];
  const { at, days, files } = backups;
  const copied = files && mountOf(site) !== undefined;
  const daily = [isOwn && 'the database', copied && 'the volume'].filter(Boolean);
  const besides = [isOwn && 'snapshots of the database', copied && 'copies of the files in S3'].filter(Boolean);
  return [
    {
      name: 'backups',
      function: `Copies of the data, kept for ${counted(days, 'day')}`,
      fits: sentence([
        daily.length > 0 && `AWS backs up ${daily.join(' and ')} every day`,
        at && besides.length > 0 && `${besides.join(' and ')} by ${at}`,
      ]),
      resources: at && copied ? copies(site, days) : [],
      uses: at ? [...(isOwn ? snapshots(database.storage, days) : []), ...(copied ? [FILES] : [])] : [],
    },
  ];
}

const copies = (site: Site, days: number): Resource[] => [
  {
    type: 'AWS::S3::Bucket',
    name: bucketIn(site, 'backups'),
    settings: { 'what changed is kept for': counted(days, 'day') },
    holds: 'the copies of the files',
    left: true,
  },
  ...functionAt(site, 'backups', 'copies the volume’s files'),
];

function snapshots(storage: number, days: number): Use[] {
  const about = `${counted(days, 'snapshot')}, a day’s each, which share what has not changed: taken as ${COMPRESSED * 100} % of the storage`;
  return [monthly('rds.backup.gb-month', days * storage * COMPRESSED, about)];
}

const FILES = monthly('s3.gb-month', ON_VOLUME, `copies of the files, taken as ${ON_VOLUME} GB`);
