import { type Bad, bad } from './bad-input.ts';
import { SMALLEST } from './samples.ts';

/** The smallest service; what is added begins in line 6. */
export const SERVICE = `apiVersion: pilotage/v1
name: acme-shop
target: ecs
source:
  image: acme/shop:1.2.3
`;

const BUILT = SERVICE.replace('image: acme/shop:1.2.3', 'git: {repository: github.com/acme/shop}');
export const FUNCTION = SMALLEST.replace('static', 'lambda');
const PAIR = `${SMALLEST.replace('static', 'beanstalk')}beanstalk:
  platform: Node.js 24 running on 64bit Amazon Linux 2023
`;

/** What single sections do not take, and what does not fit together. */
export const BAD_SECTIONS: Bad[] = [
  bad('a command as text', `${BUILT}build: {commands: [npm ci]}`, '6:20 MANIFEST_TYPE build.commands[0]'),
  bad(
    'a command for a shell',
    `${BUILT}build:\n  commands:\n    - npm ci && npm test`,
    '8:7 MANIFEST_TYPE build.commands[0]',
  ),
  bad(
    'a target that there is not, of which nothing more is said',
    SERVICE.replace('ecs', 'fargate'),
    '3:9 MANIFEST_VALUE target',
  ),
  bad(
    'a zone that the address does not lie in',
    `${SERVICE}domain:\n  name: shop.example.com\n  zone: example.org`,
    '8:3 MANIFEST_MISFIT domain.zone',
  ),
  bad(
    'a further name in another zone',
    `${SERVICE}domain:\n  name: a.example.com\n  aliases: [a.example.org]\n  zone: example.com`,
    '9:3 MANIFEST_MISFIT domain.zone',
  ),
  bad(
    'a further name that is the first one',
    `${SERVICE}domain: {name: a.example.com, aliases: [a.example.com]}`,
    '6:41 MANIFEST_MISFIT domain.aliases[0]',
  ),
  bad(
    'a certificate that CloudFront does not take',
    `${SERVICE}domain:\n  name: a.example.com\n  certificate: arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012`,
    '8:3 MANIFEST_MISFIT domain.certificate',
  ),
  bad(
    'an address of what nobody can reach',
    `${FUNCTION}lambda: {front: none}\ndomain: {name: a.example.com}`,
    '7:1 MANIFEST_MISFIT domain',
  ),
  bad(
    'an address of what has one of its own only later',
    `${FUNCTION}lambda: {front: url}\ndomain: {name: a.example.com}`,
    '6:10 MANIFEST_MISFIT lambda.front',
  ),
  bad(
    'a function that takes longer than the front waits that its address asks for',
    `${FUNCTION}lambda: {timeout: 1m}\ndomain: {name: a.example.com}`,
    '6:10 MANIFEST_MISFIT lambda.timeout',
  ),
  bad(
    'a way in for CloudFront where no load balancer is',
    `${FUNCTION}lambda: {front: http-api}\nedge: {mode: rules}`,
    '7:1 MANIFEST_MISFIT edge',
  ),
  bad(
    'another service where AWS’s own list counts',
    `${SERVICE}edge: {mode: managed-prefix-list, service: GLOBALACCELERATOR}`,
    '6:35 MANIFEST_MISFIT edge.service',
  ),
  bad(
    'a service that no list has',
    `${SERVICE}edge: {mode: rules, service: cloudfront}`,
    '6:30 MANIFEST_VALUE edge.service',
  ),
  bad(
    'a look that takes as long as the time between two',
    `${SERVICE}health: {interval: 10s, timeout: 10s}`,
    '6:25 MANIFEST_MISFIT health.timeout',
  ),
  bad(
    'a range that ends before it begins',
    `${SERVICE}health: {status: 299-200}`,
    '6:10 MANIFEST_MISFIT health.status',
  ),
  bad(
    'a function that takes longer than its front waits',
    `${FUNCTION}lambda: {front: http-api, timeout: 1m}`,
    '6:27 MANIFEST_MISFIT lambda.timeout',
  ),
  bad(
    'a role of another account',
    `${SERVICE}account: 111111111111\nrole: arn:aws:iam::222222222222:role/x`,
    '7:1 MANIFEST_MISFIT role',
  ),
  bad('one in the plural', `${SERVICE}backups: {at: rate(1 hours)}`, '6:15 MANIFEST_VALUE backups.at'),
  bad(
    'a webhook into the network that Pilotage is in',
    `${SERVICE}notifications: {webhooks: [{url: "https://169.254.169.254/x", secret: secret:a}]}`,
    '6:34 MANIFEST_VALUE notifications.webhooks[0].url',
  ),
  bad(
    'a webhook that is no address',
    `${SERVICE}notifications: {webhooks: [{url: "https://a..b:99999/x", secret: secret:a}]}`,
    '6:34 MANIFEST_VALUE notifications.webhooks[0].url',
  ),
  bad(
    'what is nearly a reference, where text is free',
    `${BUILT}build: {variables: {OTHER: secrets:npm}}`,
    '6:21 MANIFEST_VALUE build.variables.OTHER',
  ),
  bad(
    'a program with a space in its name',
    `${SERVICE}ecs: {command: [npm run start]}`,
    '6:17 MANIFEST_VALUE ecs.command[0]',
  ),
  bad(
    'a variable that is a secret and a setting',
    `${SERVICE}config: {values: {MODE: live}}\nsecrets: {MODE: ssm:mode}`,
    '7:11 MANIFEST_MISFIT secrets.MODE',
  ),
  bad('a command that calls a command', `${SERVICE}ecs: {command: "rm $(cat list)"}`, '6:16 MANIFEST_TYPE ecs.command'),
  bad(
    'a command with a section in it',
    `${SERVICE}ecs: {command: [npm, {run: build}]}`,
    '6:22 MANIFEST_TYPE ecs.command[1]',
  ),
  bad('a command without words', `${SERVICE}ecs: {command: []}`, '6:16 MANIFEST_VALUE ecs.command'),
  bad(
    'one command where several belong',
    `${BUILT}build: {commands: [npm, ci]}`,
    '6:20 MANIFEST_TYPE build.commands[0]',
    '6:25 MANIFEST_TYPE build.commands[1]',
  ),
  bad(
    'yes and no',
    `${SERVICE}database: {multiAz: yes, deletionProtection: no}`,
    '6:21 MANIFEST_TYPE database.multiAz',
    '6:46 MANIFEST_TYPE database.deletionProtection',
  ),
  bad('true in quotes', `${SERVICE}database: {multiAz: "true"}`, '6:21 MANIFEST_TYPE database.multiAz'),
  bad("another target's section", `${SMALLEST}ecs: {port: 80}`, '6:1 MANIFEST_MISFIT ecs'),
  bad('a database for a static site', `${SMALLEST}database: {}`, '6:1 MANIFEST_MISFIT database'),
  bad('an image for instances', SERVICE.replace('ecs', 'ec2'), '5:3 MANIFEST_MISFIT source.image'),
  bad(
    'a buildspec beside what it would say',
    `${BUILT}build: {buildspec: buildspec.yml, commands: [[make]], dockerfile: Dockerfile}`,
    '6:35 MANIFEST_MISFIT build.commands',
    '6:55 MANIFEST_MISFIT build.dockerfile',
  ),
  bad(
    'an output of an image',
    `${BUILT}build: {dockerfile: Dockerfile, output: dist}`,
    '6:33 MANIFEST_MISFIT build.output',
  ),
  bad(
    'a Dockerfile for what runs no image',
    `${BUILT.replace('ecs', 'static')}build: {dockerfile: Dockerfile}`,
    '6:9 MANIFEST_MISFIT build.dockerfile',
  ),
  bad('a build of what is built', `${SERVICE}build: {}`, '6:1 MANIFEST_MISFIT build'),
  bad(
    'migrations without a database',
    `${SERVICE}migrations: {command: [db, upgrade]}`,
    '6:1 MANIFEST_MISFIT migrations',
  ),
  bad(
    'a migration that is taken back from no version',
    `${SERVICE}database: {}\nmigrations: {command: [db, up], reversible: [db, down]}`,
    '7:33 MANIFEST_MISFIT migrations.reversible',
  ),
  ...['two words', 'a/b', '""', `"${'1'.repeat(65)}"`, '[1]'].map((version) =>
    bad(
      `a version of the schema such as ${version}`,
      `${SERVICE}database: {}\nmigrations: {command: [db, up], version: ${version}}`,
      `7:42 ${version === '[1]' ? 'MANIFEST_TYPE' : 'MANIFEST_VALUE'} migrations.version`,
    ),
  ),
  bad(
    'a migration that may take no time',
    `${SERVICE}database: {}\nmigrations: {command: [db, up], timeout: 0s}`,
    '7:42 MANIFEST_VALUE migrations.timeout',
  ),
  bad(
    'a migration that takes longer than its function may',
    `${FUNCTION}database: {}\nmigrations: {command: [up], timeout: 5m}`,
    '7:29 MANIFEST_MISFIT migrations.timeout',
  ),
  bad(
    'a function that may take no time, of whose migration nothing more is said',
    `${FUNCTION}lambda: {timeout: 0s}\ndatabase: {}\nmigrations: {command: [up]}`,
    '6:19 MANIFEST_VALUE lambda.timeout',
  ),
  bad(
    'a migration of a function that nobody could wait for',
    `${FUNCTION}lambda: {timeout: 15m}\ndatabase: {}\nmigrations: {command: [up], timeout: 15m}`,
    '8:29 MANIFEST_MISFIT migrations.timeout',
  ),
  bad(
    'a database elsewhere with a class',
    `${SERVICE}database: {url: "secret:db", class: db.t4g.micro, multiAz: true}`,
    '6:30 MANIFEST_MISFIT database.class',
    '6:51 MANIFEST_MISFIT database.multiAz',
  ),
  bad('a worker', `${PAIR}  tier: worker`, '8:3 MANIFEST_MISFIT beanstalk.tier'),
  bad('steps where an address is swapped', `${PAIR}rollout: {steps: [10, 100]}`, '8:11 MANIFEST_MISFIT rollout.steps'),
  bad('a file of settings for a function', `${FUNCTION}config: {file: a.json}`, '6:10 MANIFEST_MISFIT config.file'),
  bad(
    'settings that cannot be variables',
    `${SERVICE}config: {values: {a-b: 1, OK: 2, smtp.host: x}}`,
    '6:19 MANIFEST_MISFIT config.values.a-b',
    '6:34 MANIFEST_MISFIT config.values.smtp.host',
  ),
  bad(
    'settings that a file of variables cannot hold',
    `${SERVICE}config: {file: a.env, values: {a-b: 1, BOTH: "it's $5", QUOTED: "it's"}}`,
    '6:32 MANIFEST_MISFIT config.values.a-b',
    '6:40 MANIFEST_MISFIT config.values.BOTH',
  ),
  bad(
    'settings that become a large file',
    `${SERVICE}config: {file: a.json, values: {A: ${'['.repeat(25)}${'1,'.repeat(20_000)}1${']'.repeat(25)}}}`,
    '6:24 CONFIG_TOO_LARGE config.values',
  ),
  bad(
    'a secret by the name of what tells where the settings lie',
    `${SERVICE}config: {file: a.json}\nsecrets: {CONFIG_FILE: "secret:x"}`,
    '7:11 MANIFEST_MISFIT secrets.CONFIG_FILE',
  ),
  bad('more at least than at most', `${SERVICE}scaling: {min: 4, max: 2}`, '6:19 MANIFEST_MISFIT scaling.max'),
  bad(
    'more at least than at most, at times',
    `${SERVICE}scaling:\n  schedule:\n    - {at: cron(0 6 ? * * *), min: 4, max: 2}`,
    '8:39 MANIFEST_MISFIT scaling.schedule[0].max',
  ),
  bad(
    'memory that does not fit the processor',
    `${SERVICE}ecs: {cpu: 256, memory: 4096}`,
    '6:17 MANIFEST_MISFIT ecs.memory',
  ),
  bad('memory between the steps', `${SERVICE}ecs: {cpu: 1024, memory: 2500}`, '6:18 MANIFEST_MISFIT ecs.memory'),
  bad(
    'memory between the steps of the smallest',
    `${SERVICE}ecs: {cpu: 256, memory: 768}`,
    '6:17 MANIFEST_MISFIT ecs.memory',
  ),
  bad('a processor that there is not', `${SERVICE}ecs: {cpu: 300}`, '6:12 MANIFEST_VALUE ecs.cpu'),
  bad(
    'memory of a component',
    `${SERVICE}components:\n  worker: {about: x, command: [work], cpu: 512, memory: 8192}`,
    '7:49 MANIFEST_MISFIT components.worker.memory',
  ),
  bad(
    'a component without command',
    `${SERVICE}components: {worker: {about: x}}`,
    '6:14 MANIFEST_MISSING components.worker.command',
  ),
  bad(
    'a component with what its target does not run',
    `${FUNCTION}components: {pdf: {about: x, command: [pdf]}}`,
    '6:14 MANIFEST_MISSING components.pdf.handler',
    '6:30 MANIFEST_MISFIT components.pdf.command',
  ),
  bad('mail without a domain', `${SMALLEST}email: {}`, '6:1 MANIFEST_MISFIT email'),
  bad('a domain in capitals', `${SMALLEST}domain: {name: WWW.Example.com}`, '6:16 MANIFEST_VALUE domain.name'),
  bad(
    'an address as domain',
    `${SMALLEST}domain: {name: "https://www.example.com/"}`,
    '6:16 MANIFEST_VALUE domain.name',
  ),
  bad('a domain with an umlaut', `${SMALLEST}domain: {name: bücher.example.com}`, '6:16 MANIFEST_VALUE domain.name'),
  bad('a schedule of five fields', `${SERVICE}backups: {at: "0 7 * * *"}`, '6:15 MANIFEST_VALUE backups.at'),
  bad('a unit', `${SERVICE}ecs: {memory: 512MB}`, '6:15 MANIFEST_TYPE ecs.memory'),
  bad('another kind of traffic', `${SERVICE}traffic: medium`, '6:10 MANIFEST_VALUE traffic'),
  bad('traffic without its peak', `${SERVICE}traffic: {requests: 1}`, '6:1 MANIFEST_MISSING traffic.peak'),
  bad('days for logs that AWS does not know', `${SMALLEST}retention: {logs: 31}`, '6:19 MANIFEST_VALUE retention.logs'),
  bad(
    'a channel that is a comment',
    `${SMALLEST}notifications:\n  slack: #deployments`,
    '7:3 MANIFEST_TYPE notifications.slack',
  ),

  bad(
    'a setting named with a digit first',
    `${SERVICE}config: {values: {1st: x}}`,
    '6:19 MANIFEST_VALUE config.values.1st',
  ),
  bad('a secret named with a hyphen', `${SERVICE}secrets: {db-url: "secret:db"}`, '6:11 MANIFEST_VALUE secrets.db-url'),
  bad(
    'a component named in capitals',
    `${SERVICE}components:\n  Worker: {about: x, command: [work]}`,
    '7:3 MANIFEST_VALUE components.Worker',
  ),
  bad('an option without namespace', `${PAIR}  options: {foo: bar}`, '8:13 MANIFEST_VALUE beanstalk.options.foo'),
  bad('eleven components', `${SERVICE}components:\n${many(11)}`, '7:3 MANIFEST_VALUE components'),
  bad(
    'a reference of the wrong kind',
    `${SERVICE}database: {password: "ssm:db"}`,
    '6:22 MANIFEST_VALUE database.password',
  ),
  bad('a reference with a space', `${SERVICE}secrets: {A: "secret:a b"}`, '6:14 MANIFEST_VALUE secrets.A'),
  bad('a reference to above', `${SERVICE}secrets: {A: "ssm:../b"}`, '6:14 MANIFEST_VALUE secrets.A'),
  bad('a reference in capitals', `${SERVICE}secrets: {A: "SSM:b"}`, '6:14 MANIFEST_VALUE secrets.A'),
  bad('a field of a parameter', `${SERVICE}secrets: {A: "ssm:a#b"}`, '6:14 MANIFEST_VALUE secrets.A'),
  bad(
    'a reference to a stack where a secret belongs',
    `${SERVICE}secrets: {A: stack-output:net.Vpc}`,
    '6:14 MANIFEST_VALUE secrets.A',
  ),
];

function many(count: number): string {
  return Array.from({ length: count }, (_, i) => `  worker${i}: {about: x, command: [work]}`).join('\n');
}
