import { loadOf } from '../../shared/preview/load.ts';
import type { Site } from '../../shared/preview/model.ts';
import { templateOf } from '../../templates/index.ts';
import type { Template } from '../../templates/template.ts';
import { beanstalk, resolve, SMALL } from '../preview/samples.ts';

const DOMAIN = 'domain: {name: shop.example.com, aliases: [www.example.com]}\n';
const SECRETS = 'secrets: {SMTP: secret:smtp, KEY: "secret:/shared/key#field", MODE: ssm:mode}\n';

/** Manifests that between them turn every choice of the templates both ways. */
export const VARIANTS: Record<string, string> = {
  'ecs-small': SMALL.ecs,
  'ecs-domain': `${SMALL.ecs}${DOMAIN}${SECRETS}network: {zones: 3, egress: nat-per-zone}\n`,
  'ecs-without-cdn': `${SMALL.ecs}domain: {name: shop.example.com, cdn: false}\nnetwork: {zones: 4, egress: endpoints}\n`,
  'ecs-shared-network': `${SMALL.ecs}network: {vpc: shared}\nedge: {mode: managed-prefix-list}\n`,
  'ecs-rules': `${SMALL.ecs}edge: {mode: rules}\nretention: {logs: 7}\nhealth: {path: /health, interval: 5s}\n`,
  'ecs-rules-all': `${SMALL.ecs}${DOMAIN}edge: {mode: rules, service: CLOUDFRONT, ipv6: false}\n`,
  'ecs-lists': `${SMALL.ecs}edge: {mode: prefix-list}\n`,
  'ecs-from-git': SMALL.ecs.replace('image: acme/shop:1', 'git: {repository: github.com/acme/shop}'),
  'ecs-from-ecr': SMALL.ecs.replace('acme/shop:1', '123456789012.dkr.ecr.eu-central-1.amazonaws.com/acme/shop:1'),
  'ecs-hosts': `${SMALL.ecs}ecs: {launch: ec2, architecture: x86}\ntraffic: heavy\ncapacity: {base: 2, spot: 75}\nnetwork: {egress: endpoints}\n`,
  'ecs-volume': `${SMALL.ecs}ecs: {mount: /mnt/efs, user: "1001:1002"}\nnetwork: {zones: 3}\n`,
  'ecs-volume-backups': `${SMALL.ecs}ecs: {mount: /mnt/efs}\nbackups: {at: cron(0 3 * * ? *), days: 14}\n`,
  'ec2-volume-backups': `${SMALL.ec2}ec2: {mount: /mnt/efs}\nbackups: {at: rate(12 hours)}\nnetwork: {vpc: shared}\nedge: {mode: managed-prefix-list}\n`,
  'ecs-settings': `${SMALL.ecs}${SECRETS}config: {file: settings.json, values: {mail: {host: smtp.example.com}}}\n`,
  'ecs-shared-hosts': `${SMALL.ecs}ecs: {launch: ec2, mount: /mnt/efs, user: app}\nnetwork: {vpc: shared, zones: 3}\nedge: {mode: managed-prefix-list}\n`,
  'ec2-small': SMALL.ec2,
  'ec2-domain': `${SMALL.ec2}${DOMAIN}${SECRETS}ec2: {port: 8000, start: [node, server.js]}\ntraffic: heavy\nscaling: {min: 2, max: 6}\ncapacity: {spot: 50}\nnetwork: {egress: endpoints, zones: 3}\n`,
  'ec2-volume': `${SMALL.ec2}ec2: {mount: /mnt/efs}\nnetwork: {vpc: shared, zones: 3}\nedge: {mode: managed-prefix-list}\n`,
  'beanstalk-small': `${SMALL.beanstalk}${beanstalk()}`,
  'beanstalk-domain': `${SMALL.beanstalk}${beanstalk()}${DOMAIN}${SECRETS}network: {zones: 3, egress: endpoints}\n`,
  'beanstalk-rules': `${SMALL.beanstalk}${beanstalk()}edge: {mode: rules}\n`,
  'beanstalk-lists': `${SMALL.beanstalk}${beanstalk(', loadBalancer: none')}edge: {mode: prefix-list, ipv6: false}\n`,
  'beanstalk-without-cdn': `${SMALL.beanstalk}${beanstalk()}domain: {name: shop.example.com, cdn: false}\nretention: {logs: 7}\n`,
  'beanstalk-single': `${SMALL.beanstalk}${beanstalk(', loadBalancer: none')}${DOMAIN}`,
  'beanstalk-shared-network': `${SMALL.beanstalk}${beanstalk()}network: {vpc: shared}\n`,
  'beanstalk-single-shared': `${SMALL.beanstalk}${beanstalk(', loadBalancer: none')}network: {vpc: shared}\n`,
  'lambda-small': SMALL.lambda,
  'lambda-api': `${SMALL.lambda}lambda: {front: http-api}\n`,
  'lambda-domain': `${SMALL.lambda}${DOMAIN}${SECRETS}network: {egress: endpoints}\n`,
  'lambda-without-cdn': `${SMALL.lambda}domain: {name: shop.example.com, aliases: [www.example.com], cdn: false}\n`,
  'lambda-balancer': `${SMALL.lambda}lambda: {front: load-balancer}\n`,
  'lambda-balancer-domain': `${SMALL.lambda}lambda: {front: load-balancer}\n${DOMAIN}edge: {mode: managed-prefix-list}\n`,
  'lambda-balancer-rules': `${SMALL.lambda}lambda: {front: load-balancer}\nedge: {mode: rules}\n`,
  'lambda-balancer-without-cdn': `${SMALL.lambda}lambda: {front: load-balancer}\ndomain: {name: shop.example.com, cdn: false}\nnetwork: {zones: 3}\n`,
  'lambda-shared-network': `${SMALL.lambda}network: {vpc: shared}\n`,
  'ecs-database': `${SMALL.ecs}${SECRETS}database: {}\nnetwork: {egress: endpoints, zones: 3}\n`,
  'ecs-database-mysql': `${SMALL.ecs}database: {engine: mysql, password: "secret:db#password", replicas: 2, multiAz: true, class: db.m7g.large, storage: 100, maxStorage: 100, parameters: {max_connections: "200"}, deletionProtection: false, replace: true}\n`,
  'ecs-database-shared': `${SMALL.ecs}database: {version: "17.10", password: "secret:/shared/db", class: db.t4g.medium, replicas: 1}\nbackups: {days: 30}\nretention: {logs: 7}\nnetwork: {vpc: shared}\nedge: {mode: managed-prefix-list}\n`,
  'ecs-database-elsewhere': `${SMALL.ecs}database: {url: "secret:db#url"}\n`,
  'ec2-database': `${SMALL.ec2}database: {engine: mariadb, name: shop, deletionProtection: false}\ntraffic: heavy\n`,
  'beanstalk-database': `${SMALL.beanstalk}${beanstalk()}database: {engine: mysql}\nnetwork: {egress: endpoints}\n`,
  'beanstalk-single-database': `${SMALL.beanstalk}${beanstalk(', loadBalancer: none')}database: {}\nnetwork: {vpc: shared}\n`,
  'lambda-database': `${SMALL.lambda}database: {user: owner}\nlambda: {front: http-api}\n`,
  'lambda-database-shared': `${SMALL.lambda}database: {engine: mariadb, class: db.t4g.medium, replicas: 1, password: "secret:db"}\nnetwork: {vpc: shared}\n`,
  'lambda-database-elsewhere': `${SMALL.lambda}database: {url: ssm:db}\n`,
  'lambda-events': `${SMALL.lambda}${SECRETS}lambda: {events: uploads/, front: none}\n`,
};

export const siteOf = (text: string, environment = 'production'): Site => {
  const manifest = resolve(text, environment);
  return { manifest, environment, region: 'eu-central-1', account: '123456789012', load: loadOf(manifest.traffic) };
};

export function templateIn(text: string, environment?: string): Template {
  const template = templateOf(siteOf(text, environment));
  if (!template) throw new Error('this target has no template');
  return template;
}

export const TEMPLATES: Record<string, Template> = Object.fromEntries(
  Object.entries(VARIANTS).map(([name, text]) => [name, templateIn(text)]),
);
