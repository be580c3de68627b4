/** A service of about 2 KB, as a team would write it, without environments. */
const SERVICE = `# yaml-language-server: $schema=../docs/pilot.schema.json
apiVersion: pilotage/v1
name: acme-shop
target: ecs
owner: web@example.com

source:
  git:
    repository: github.com/acme/shop
    branch: main
    folder: apps/web
    connection: secret:github

build:
  commands:
    - [npm, ci]
    - [npm, run, build]
    - [npm, test]
  dockerfile: Dockerfile
  variables: { NODE_ENV: production }
  timeout: 20m

ecs:
  port: 3000
  command: [node, server.js]
  cpu: 512
  memory: 1024
  mount: /mnt/efs

components:
  worker:
    about: Sends mail and makes thumbnails.
    command: [node, worker.js]
    count: 2
  report:
    about: Tells the team every morning what was sold.
    command: [node, report.js]
    schedule: cron(0 7 ? * MON-FRI *)

traffic: heavy
capacity: { base: 2, spot: 50 }
scaling:
  min: 2
  max: 8
  schedule:
    - { at: cron(0 6 ? * MON-FRI *), timezone: Europe/Berlin, min: 4 }
health: { path: /health, interval: 10s, grace: 2m }

database:
  engine: postgres
  version: "17"
  class: db.t4g.small
  storage: 50
  multiAz: true
  parameters: { max_connections: "200" }
migrations:
  command: [node, migrate.js, up]
  timeout: 10m
  version: "0042"
  reversible: [node, migrate.js, down]

config: # becomes /mnt/efs/config/settings.json
  file: settings.json
  values:
    port: 3000
    logLevel: info
    debug: false
    currency: EUR
    smtp:
      host: mail.example.com
      from: shop@example.com
secrets:
  SMTP_PASSWORD: secret:smtp#password
  PAYMENT_KEY: secret:payment#key
  SEARCH_URL: ssm:search/url

backups: { days: 14, at: rate(1 day) }
domain:
  name: shop.example.com
  aliases: [www.shop.example.com]
email: { reports: dmarc@example.com }

rollout:
  steps: [10, 50, 100]
  bake: 5m
alarms: { errors: 0.5, latency: 800, names: [shop-orders-stuck] }
retention: { releases: 10, days: 90, logs: 90 }
budget: { monthly: 120, thresholds: [80, 100] }
notifications:
  level: failures
  email: [web@example.com]
  slack: "#deployments"
`;

/** Three environments, as most have them. */
const ENVIRONMENTS = `
environments:
  production:
    approval: required
  staging:
    traffic: normal
    domain: { name: shop.staging.example.com, aliases: null }
    database: { multiAz: false, storage: 20 }
    config: { values: { debug: true } }
  ci:
    domain: null
    email: null
    rollout: { steps: [100], bake: 0s }
`;

/** Manifests of about 2 KB, for how many are read in a second. */
export const ALONE = 'no environments';
export const USUAL = { [ALONE]: SERVICE, 'three environments': SERVICE + ENVIRONMENTS };

const LIMIT = 64 * 1024;

/** As many pieces as the largest manifest can hold, after what is there already. */
function filled(before: string, piece: (index: number) => string, after = ''): string {
  const pieces: string[] = [];
  for (let length = before.length + after.length, index = 0; ; index++) {
    const next = piece(index);
    length += Buffer.byteLength(next);
    if (length > LIMIT) return before + pieces.join('') + after;
    pieces.push(next);
  }
}

const values = `${SERVICE.replace(/config:[\s\S]*?\nsecrets:/, 'secrets:')}config: { values: `;

/** Everything that `SERVICE` has, in each environment. */
const everything = SERVICE.split('\n')
  .filter((line) => !/^(?:#|apiVersion|name|target)/.test(line))
  .map((line) => `    ${line}\n`)
  .join('');

/** Manifests of 64 KiB that are as much work as somebody can make them. */
export const WORST = {
  'a long flow list': filled(`${values}{ a: [`, () => 'a,', '] } }\n'),
  'numbers in a flow list': filled(`${values}{ a: [`, () => '1,', '] } }\n'),
  'empty sections in a flow list': filled(`${values}{ a: [`, () => '{},', '] } }\n'),
  'lists as deep as they may be': filled(`${values}{ a: [`, () => `${'['.repeat(28)}${']'.repeat(28)},`, '] } }\n'),
  'free settings, short names': filled(`${values}{ a: {`, (index) => `${index.toString(36)}: 1,`, '} } }\n'),
  'unknown keys, short': filled(SERVICE, (index) => `k${index}: 1\n`),
  'unknown keys, nearly right': filled(SERVICE, (index) => `databas${index}: {}\n`),
  'unknown keys, 50 and long': filled(SERVICE, (index) =>
    index < 50 ? `${'notification'.repeat(100)}${index}: 1\n` : '#\n',
  ),
  'unknown keys, each in its section': filled(`${SERVICE}static:\n`, (index) => `  indx${index}: 1\n`),
  'wrong values in a list': filled(`${SERVICE}static:\n  immutable:\n`, () => '  - /\n'),
  'wrong names of settings': filled(`${values}{`, (index) => `${index}: 1,`, '} }\n'),
  'commands as text': SERVICE.replace('  commands:\n', `  commands:\n${'    - npm ci\n'.repeat(4800)}`),
  'components, each wrong': filled(SERVICE.replace(/components:[\s\S]*?\n\n/, ''), (index) =>
    index === 0 ? 'components:\n' : `  c${index}: {}\n`,
  ),
  '16 environments that say everything': filled(`${SERVICE}environments:\n`, (index) =>
    index < 16 ? `  e${index}:\n${everything}` : '#\n',
  ),
  '16 environments, wrong in every value': filled(`${SERVICE}environments:\n`, (index) =>
    index < 16 ? `  e${index}:\n${everything.replace(/: (?=[a-z0-9])/g, ': !').replace(/: !/g, ': ~~')}` : '#\n',
  ),
  '16 environments of unknown keys': filled(`${SERVICE}environments:\n`, (index) =>
    index < 16 ? `  e${index}:\n${Array.from({ length: 280 }, (_, i) => `    databs${i}: 1\n`).join('')}` : '#\n',
  ),
  'environments without number': filled(`${SERVICE}environments:\n`, (index) => `  e${index}: {}\n`),
  'one giant text': filled(`${values}{ a: "`, () => 'a', '" } }\n'),
  'one giant text of escapes': filled(`${values}{ a: "`, () => '\\n', '" } }\n'),
  'one giant folded text': filled(`${values.replace(/\{ values: $/, '\n  values:\n    a: >\n')}`, () => '      a\n'),
  'one giant name': SERVICE.replace('acme-shop', 'a'.repeat(62_000)),
  'an address without an end': filled(`${values}{ a: "`, () => 'ab://', '" } }\n'),
  'secrets, as many as fit': filled(`${values}{ b: [`, () => '{password: x},', '] } }\n'),
  'comments alone': filled(SERVICE, () => '#\n'),
  'quotes that stay open': filled(SERVICE, () => 'a: "\\"\n'),
  'tabs in every line': filled(SERVICE, () => '\tx\n'),
  'brackets that stay open': filled(SERVICE, () => '['),
  'lines that are no text': filled(SERVICE, () => ': \n'),
};
