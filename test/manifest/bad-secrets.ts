import { type Bad, bad } from './bad-input.ts';
import { SERVICE } from './bad-sections.ts';
import { SMALLEST } from './samples.ts';

/** What must not be found in any answer. */
export const SECRET = 'hunter2';

const ADDRESS = `postgres://app:${SECRET}@db.example.com/app`;
const PRIVATE_KEY = `-----BEGIN RSA PRIVATE KEY-----\n      ${SECRET}: ${SECRET}\n      -----END RSA PRIVATE KEY-----`;
/** Made of the forms that their issuers publish; no real ones. */
const ISSUED = [
  `AKIA${'HUNTER2'.padEnd(16, 'X')}`,
  `ghp_${SECRET.padEnd(36, 'x')}`,
  `glpat-${SECRET.padEnd(20, 'x')}`,
  `xoxb-${SECRET.padEnd(20, '1')}`,
  `sk_live_${SECRET.padEnd(24, 'x')}`,
  `npm_${SECRET.padEnd(36, 'x')}`,
  `https://hooks.slack.com/services/T0/B0/${SECRET}`,
  `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${SECRET.padEnd(20, 'x')}`,
  `https://:${SECRET}@example.com/`,
];

/** Secrets where none belongs, each of them alone and beside other trouble. */
export const BAD_SECRETS: Bad[] = [
  bad('a password below secrets', `${SERVICE}secrets: {DB: ${SECRET}}`, '6:15 MANIFEST_SECRET secrets.DB'),
  bad('secrets as text', `${SERVICE}secrets: ${SECRET}`, '6:10 MANIFEST_SECRET secrets'),
  bad(
    'the password of a database',
    `${SERVICE}database: {password: ${SECRET}}`,
    '6:22 MANIFEST_SECRET database.password',
  ),
  bad('a password of digits', `${SERVICE}database: {password: 4711}`, '6:22 MANIFEST_SECRET database.password'),
  bad(
    'a setting that is a password',
    `${SERVICE}config: {values: {password: ${SECRET}}}`,
    '6:29 MANIFEST_SECRET config.values.password',
  ),
  ...[
    'dbPassword',
    'DB_PASSWORD',
    'smtp-pass',
    'api.token',
    'apiKey',
    'AWS_SECRET_ACCESS_KEY',
    'DBPassword',
    'clientSecret',
  ].map((name) =>
    bad(
      `a setting named ${name}`,
      `${SERVICE}config:\n  file: a.json\n  values:\n    ${name}: ${SECRET}`,
      `9:${name.length + 7} MANIFEST_SECRET config.values.${name}`,
    ),
  ),
  bad(
    'a password deep in the settings',
    `${SERVICE}config:\n  values:\n    smtp:\n      servers: [{host: a, password: ${SECRET}}]`,
    '9:37 MANIFEST_SECRET config.values.smtp.servers[0].password',
  ),
  bad(
    'passwords in a list',
    `${SERVICE}config: {values: {password: [${SECRET}]}}`,
    '6:30 MANIFEST_SECRET config.values.password[0]',
  ),
  bad(
    'secrets within the settings',
    `${SERVICE}config: {values: {secrets: {db: ${SECRET}}}}`,
    '6:33 MANIFEST_SECRET config.values.secrets.db',
  ),
  bad(
    'an address with a password',
    `${SERVICE}config: {values: {url: "${ADDRESS}"}}`,
    '6:24 MANIFEST_SECRET config.values.url',
  ),
  bad(
    'an address with a password as an argument',
    `${SERVICE}ecs: {command: [psql, "${ADDRESS}"]}`,
    '6:23 MANIFEST_SECRET ecs.command[1]',
  ),
  bad(
    'a password in an environment',
    `${SERVICE}environments: {ci: {secrets: {A: ${SECRET}}}}`,
    '6:34 MANIFEST_SECRET environments.ci.secrets.A',
  ),
  bad(
    'the key that signs',
    `${SMALLEST}notifications:\n  webhooks:\n    - url: https://example.com/a\n      secret: ${SECRET}`,
    '9:15 MANIFEST_SECRET notifications.webhooks[0].secret',
  ),
  ...ISSUED.map((key) => bad(`${key.slice(0, 6)}…`, `${SMALLEST}owner: "${key}"`, '6:8 MANIFEST_SECRET owner')),
  bad('a key as a key', `${SMALLEST}${ISSUED[1]}: x`, '6:1 MANIFEST_SECRET ●●●', '6:1 MANIFEST_UNKNOWN_KEY ●●●'),
  bad('a key as the name of a pilot', SMALLEST.replace('acme-site', ISSUED[1] ?? ''), '2:7 MANIFEST_SECRET name'),
  bad(
    'a private key',
    `${SERVICE}config:\n  values:\n    cert: |\n      ${PRIVATE_KEY}`,
    '9:1 MANIFEST_SECRET config.values.cert',
  ),
  bad(
    'a private key in quotes, and more in its last line',
    `${SERVICE}config: {values: {cert: "\n      ${PRIVATE_KEY}", 1st: ${SECRET}}}`,
    '6:25 MANIFEST_SECRET config.values.cert',
    '9:39 MANIFEST_VALUE config.values.1st',
  ),
  bad(
    'a password, and other trouble in its line',
    `${SERVICE}database: {storage: 5, password: ${SECRET}, storrage: 1, multiAz: yes}`,
    '6:21 MANIFEST_VALUE database.storage',
    '6:34 MANIFEST_SECRET database.password',
    '6:43 MANIFEST_UNKNOWN_KEY database.storrage',
    '6:65 MANIFEST_TYPE database.multiAz',
  ),
  bad(
    'a password in JSON, in one line',
    `{"apiVersion":"pilotage/v1","password":"${SECRET}"}`,
    '1:1 MANIFEST_MISSING name',
    '1:1 MANIFEST_MISSING target',
    '1:1 MANIFEST_MISSING source',
    '1:29 MANIFEST_UNKNOWN_KEY password',
    '1:40 MANIFEST_SECRET password',
  ),
  bad(
    'a password under a key twice',
    `${SMALLEST}password: a\npassword: ${SECRET}`,
    '6:1 MANIFEST_UNKNOWN_KEY password',
    '6:11 MANIFEST_SECRET password',
    '7:1 MANIFEST_DUPLICATE_KEY password',
  ),

  bad('an open brace after a password', `${SERVICE}database: {password: ${SECRET}`, '6:28 MANIFEST_SYNTAX'),
  bad('an open quote before a password', `${SERVICE}database:\n  password: "${SECRET}`, '7:13 MANIFEST_SYNTAX'),
  bad('a colon in a password', `${SERVICE}database:\n  password: ${SECRET}: x`, '7:20 MANIFEST_SYNTAX'),
  bad('a password behind a tab', `${SERVICE}database:\n\tpassword: ${SECRET}`, '7:1 MANIFEST_TAB'),
  bad('a password behind a tag', `${SERVICE}secrets:\n  DB: !a!b ${SECRET}`, '7:11 MANIFEST_TAG'),
  bad(
    'a password after an anchor',
    `${SERVICE}database: {password: &a ${SECRET}}`,
    '6:22 MANIFEST_ALIAS database.password',
    '6:25 MANIFEST_SECRET database.password',
  ),
  bad('a password with a NUL', `${SERVICE}database:\n  password: \0${SECRET}`, '7:13 MANIFEST_CONTROL_CHARACTER'),
  bad('a password in a comment', `${SMALLEST}tragte: x # password: ${SECRET}`, '6:1 MANIFEST_UNKNOWN_KEY tragte'),
  bad(
    'a private key that is not indented',
    `${SERVICE}config:\n  values:\n    cert: |\n-----BEGIN PRIVATE KEY-----\n${SECRET}\n`,
    '10:7 MANIFEST_SYNTAX',
  ),
  bad('secrets with a colon too many', `${SERVICE}secrets:\n  DB: a: ${SECRET}`, '7:8 MANIFEST_SYNTAX'),
];
