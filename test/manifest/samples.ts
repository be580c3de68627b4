import type { Problem } from '../../shared/errors.ts';
import type { Resolved } from '../../shared/manifest/complete.ts';
import { type Loaded, loadManifest } from '../../shared/manifest/load.ts';

/** The smallest valid manifest: a bad one is made from it by a line more or another line. */
export const SMALLEST = `apiVersion: pilotage/v1
name: acme-site
target: static
source:
  artifact: site.zip
`;

/** Every key that a static site has of its own. */
export const STATIC = `${SMALLEST}  commit: 12e4567
owner: web@example.com
static:
  index: home.html
  notFound: errors/404.html
  cleanUrls: html
  immutable:
    - assets/
    - static/js/
rollout:
  steps: [10, 50, 100]
  bake: 5m
retention:
  releases: 3
  days: 90
notifications:
  level: failures
`;

/** Every section that one manifest can have, and three environments. */
export const FULL = `apiVersion: pilotage/v1
name: acme-shop
target: ecs
owner: web@example.com
account: "012345678901"
region: eu-central-1
role: arn:aws:iam::012345678901:role/pilotage
approval: none
source:
  git:
    repository: github.com/acme/shop
    branch: main
    tags: v
    folder: apps/web
    paths: [apps/web/**]
    connection: secret:github
build:
  commands:
    - [npm, ci]
    - [npm, run, build]
  dockerfile: Dockerfile
  variables: {NODE_ENV: production}
  size: medium
  timeout: 20m
ecs:
  port: 3000
  command: [node, server.js]
  cpu: 512
  memory: 1024
  mount: /mnt/efs
components:
  worker:
    about: Sends mail.
    command: [node, worker.js]
    count: 2
  report:
    about: A report every morning.
    command: [node, report.js]
    schedule: cron(0 7 ? * MON-FRI *)
traffic: {requests: 2.5, peak: 40}
capacity: {base: 2, spot: 50}
scaling:
  min: 2
  max: 8
  cpu: 60
  schedule:
    - {at: cron(0 6 ? * MON-FRI *), timezone: Europe/Berlin, min: 4}
network: {zones: 3, egress: nat}
health: {path: /health, interval: 10s, grace: 2m}
database:
  engine: postgres
  version: "17"
  class: db.t4g.small
  storage: 50
  multiAz: true
  parameters: {max_connections: "200"}
migrations:
  command: [db, upgrade]
  version: "0042"
  reversible: [db, downgrade]
config:
  file: settings.json
  values:
    port: 8080
    version: 1.0
    commit: 12e4567
    debug: false
    smtp:
      host: mail.example.com
      from: [shop@example.com]
secrets:
  SMTP_PASSWORD: secret:smtp#password
  API_KEY: ssm:api/key
backups: {days: 14, at: rate(1 day)}
domain:
  name: shop.example.com
  aliases: [www.shop.example.com]
email: {reports: dmarc@example.com, mx: [mail.example.com]}
edge: {mode: prefix-list}
rollout:
  steps: [10, 50, 100]
  bake: 5m
alarms: {errors: 0.5, latency: 800, names: [shop-orders]}
retention: {releases: 3, days: 90, logs: 90}
budget: {monthly: 120, thresholds: [80, 100]}
notifications:
  level: failures
  email: [web@example.com]
  slack: "#deployments"
  webhooks:
    - {url: "https://hooks.example.com/deployments", secret: secret:hooks, events: [failed]}
environments:
  staging:
    account: "123456789012"
    role: null
    traffic: normal
    domain: {name: shop.staging.example.com, aliases: null}
    database: {multiAz: false, storage: 20}
    config: {values: {debug: true, smtp: {host: null}}}
  ci:
    domain: {name: shop.ci.example.com, aliases: null}
    migrations: null
    database: null
    rollout: {steps: [100], bake: 0s}
  production:
    approval: required
`;

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export const load = (text: string, environment?: string): Loaded =>
  loadManifest(encode(text), 'pilot.yaml', environment);

/** The manifest that was read, or undefined; without what cannot be compared. */
export const resolved = (text: string, environment?: string): Resolved | undefined => {
  const loaded = load(text, environment);
  return loaded.ok ? loaded.manifest : undefined;
};

export function problemsOf(bytes: Uint8Array | string, environment?: string): Problem[] {
  const loaded = loadManifest(typeof bytes === 'string' ? encode(bytes) : bytes, 'pilot.yaml', environment);
  return loaded.ok ? [] : loaded.problems;
}
