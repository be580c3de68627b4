import * as z from 'zod/mini';
import { PILOT_NAME } from './identifiers.ts';
import { choice, flag, key, line, optional, text } from './kinds.ts';
import {
  alarmsSection,
  budgetSection,
  notificationsSection,
  retentionSection,
  rolloutSection,
} from './sections/care.ts';
import { components } from './sections/components.ts';
import { backupsSection, configSection, databaseSection, migrationsSection, secrets } from './sections/data.ts';
import { domainSection, edgeSection, emailSection, healthSection, networkSection } from './sections/front.ts';
import { sections, TARGETS } from './sections/index.ts';
import { capacitySection, scalingSection, traffic } from './sections/load.ts';
import { buildSection, sourceSection } from './sections/source.ts';

const NAME = 'a to z, digits and single hyphens, at most 32, beginning with a letter, not ending with a hyphen';
const ACCOUNT = 'the 12 digits of an AWS account';
const REGION = 'an AWS region such as eu-central-1';
const ROLE = 'the ARN of a role such as arn:aws:iam::123456789012:role/pilotage';

/**
 * `pilot.yaml`, version 1, for one environment: what `environments` says of it
 * is merged in already. The only list of keys, kinds, defaults and meanings;
 * types, refusals, the JSON Schema and docs/manifest.md come from it.
 */
export const manifestSchema = z.strictObject(
  {
    apiVersion: key('Version of this format.', z.literal('pilotage/v1', 'pilotage/v1')),
    name: key('The name of the pilot.', text(NAME, PILOT_NAME)),
    target: key('What kind of thing runs the pilot.', choice(...TARGETS)),
    owner: optional('Whom to ask about the pilot.', line(128)),

    account: optional('The AWS account that it runs in.', text(ACCOUNT, /^\d{12}$/)),
    region: optional(
      'The region that it runs in; that of Pilotage where it is not given.',
      text(REGION, /^[a-z]{2}(?:-[a-z]{2,})+-\d$/),
    ),
    role: optional(
      'The role that Pilotage takes on in that account.',
      text(ROLE, /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,128}$/),
    ),
    approval: key(
      'Whether a person must agree before anything is changed.',
      z._default(choice('none', 'required'), 'none'),
    ),

    source: key('What is deployed: an artifact, an image or a repository.', sourceSection),
    build: optional('How the code of the repository becomes an artifact or an image.', buildSection),
    previews: optional('Whether each pull request has an environment of its own until it is closed.', flag()),

    static: optional('How a static site is served.', sections.static),
    ecs: optional('A service on Amazon ECS.', sections.ecs),
    ec2: optional('Instances of the pilot’s own.', sections.ec2),
    beanstalk: optional('A pair of Elastic Beanstalk environments.', sections.beanstalk),
    lambda: optional('A function.', sections.lambda),
    components: optional('What runs beside the main part: workers, scheduled tasks, further functions.', components()),

    traffic: key(
      'What the pilot has to bear; capacity and the estimate follow from it.',
      z._default(traffic(), 'normal'),
    ),
    capacity: optional('What carries the load: on demand, or spot.', capacitySection),
    scaling: optional('How tasks or instances come and go with the load.', scalingSection),
    network: optional('The network that the pilot runs in.', networkSection),
    health: optional('How it is seen that a release is well.', healthSection),

    database: optional('A database, apart from the code.', databaseSection),
    migrations: optional('What changes the database to fit a release; run once, before the swap.', migrationsSection),
    config: optional('Settings of the pilot that are no secrets.', configSection),
    secrets: optional('Environment variables whose values only the pilot sees, by reference.', secrets()),
    backups: optional('Copies of data, and how long they are kept.', backupsSection),

    domain: optional('The pilot’s own address.', domainSection),
    email: optional('Mail in the pilot’s name.', emailSection),
    edge: optional('How the load balancer lets CloudFront in, and nobody else.', edgeSection),

    rollout: key('How the traffic moves to a release.', z.prefault(rolloutSection, {})),
    alarms: optional('What is watched, also during a rollout.', alarmsSection),
    retention: key('What is kept, and for how long.', z.prefault(retentionSection, {})),
    budget: optional('What the pilot may cost.', budgetSection),
    notifications: key('Who hears of what.', z.prefault(notificationsSection, {})),
  },
  'a section with apiVersion, name, target and source',
);

/** A manifest in one environment: durations in seconds, every default of what is given filled in. */
export type Manifest = z.output<typeof manifestSchema>;
