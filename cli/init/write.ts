import type { TargetName } from '../../shared/manifest/sections/index.ts';

/** What a first manifest is made of. */
export interface First {
  name: string;
  target: TargetName;
  port?: number;
  output?: string;
  handler?: string;
  loose?: boolean;
  notFound?: string;
  /** The JSON Schema lies beside it. */
  withSchema: boolean;
}

export const SCHEMA_FILE = 'pilot.schema.json';

/** A first manifest: as little as there can be, and what comes next as comments. */
export function firstManifest({ withSchema, ...known }: First): string {
  const { name, target } = known;
  return `${[
    ...(withSchema ? [`# yaml-language-server: $schema=${SCHEMA_FILE}`] : []),
    'apiVersion: pilotage/v1',
    `name: ${name}`,
    `target: ${target}`,
    ...BODIES[target](known),
    'rollout:',
    ...(ROLLOUTS[target] ?? BY_STEPS),
    '',
    '# What else there is: pilot explain, or docs/manifest.md',
  ].join('\n')}\n`;
}

type Known = Omit<First, 'withSchema'>;

const BY_STEPS = [
  '  steps: [10, 100] # percent of the traffic, one after the other',
  '  bake: 5m # how long each is watched',
];

/** Where the traffic cannot be given in shares. */
const ROLLOUTS: Partial<Record<TargetName, string[]>> = {
  beanstalk: ['  bake: 5m # the release before waits so long, ready to take the traffic back'],
};

const HEALTH = ['health:', '  path: / # asked for to see that a release is well'];

/** How each target's manifest goes on. */
const BODIES: Record<TargetName, (known: Known) => string[]> = {
  static: ({ output = 'site', loose, notFound }) => [
    'source:',
    loose
      ? `  artifact: ${output}.zip # move the pages into a folder ${output}/ beside this file: the CLI zips it`
      : `  artifact: ${output}.zip # or a folder ${output}/ beside this file, which the CLI zips`,
    ...(notFound ? ['static:', `  notFound: ${notFound}`] : []),
  ],
  ecs: ({ name, port = 8080 }) => [
    'source:',
    `  image: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/${name}:1.0 # the image to deploy`,
    'ecs:',
    `  port: ${port}`,
    ...HEALTH,
  ],
  ec2: ({ port = 8080 }) => [
    'source:',
    '  artifact: release.zip # or a folder release/ beside this file, which the CLI zips',
    'ec2:',
    `  port: ${port}`,
    '  start: [node, server.js] # what runs; it stays',
    ...HEALTH,
  ],
  beanstalk: () => [
    'source:',
    '  artifact: release.zip # or a folder release/ beside this file, which the CLI zips',
    'beanstalk:',
    '  platform: Node.js 24 running on 64bit Amazon Linux 2023',
    ...HEALTH,
  ],
  lambda: ({ handler = 'index.handler' }) => [
    'source:',
    '  artifact: function.zip # or a folder function/ beside this file, which the CLI zips',
    'lambda:',
    `  handler: ${handler}`,
  ],
};
