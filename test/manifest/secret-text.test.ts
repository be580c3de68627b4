import { SERVICE } from './bad-sections.ts';
import { problemsOf, SMALLEST } from './samples.ts';

const codesOf = (text: string, environment?: string) => problemsOf(text, environment).map(({ code }) => code);

describe('what is no secret is accepted', () => {
  it.each([
    'password: secret:db#password',
    'apiKey: ssm:/shared/key',
    'token: true',
    'password: ""',
    'token: null',
    'tokens: 5',
    'order: sort=token',
    'address: https://example.com/login?token=$TOKEN',
    'address: https://example.com/login?token={token}',
    'tokenUrl: https://example.com/token',
    'passenger: x',
    'monkey: x',
    'primaryKey: id',
    'keyboard: x',
    'secretary: x',
    'address: https://example.com:8080/a@b',
    'address: "mailto:web@example.com"',
    'address: postgres://$USER:$PASSWORD@db.example.com/app',
    'address: postgres://db.example.com:5432/app',
    'digest: sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
    'certificate: "-----BEGIN CERTIFICATE-----"',
  ])('%s', (setting) => {
    expect(codesOf(`${SERVICE}config:\n  values:\n    ${setting}\n`)).toEqual([]);
  });

  it('a component or an environment that is called so', () => {
    expect(codesOf(`${SERVICE}components: {secrets: {about: Rotates them., command: [rotate]}}\n`)).toEqual([]);
    expect(codesOf(`${SMALLEST}environments: {secrets: {owner: web}, token: {owner: web}}\n`, 'token')).toEqual([]);
  });

  it('an argument that names where one lies', () => {
    expect(codesOf(`${SERVICE}ecs: {command: [serve, --password-file, /run/db]}\n`)).toEqual([]);
  });
});

describe('what is meant as a reference', () => {
  it.each(['secrets:db', 'SSM:db', 'parameter:db', 'stack_output:a.b'])('is not taken for a secret: %s', (text) => {
    expect(codesOf(`${SERVICE}secrets: {A: "${text}"}\n`)).toEqual(['MANIFEST_VALUE']);
  });
});

describe('a secret among other text', () => {
  it.each([
    ['migrations', 'database: {}\nmigrations: {command: [migrate, --password=hunter2]}'],
    ['health', 'health: {path: /h?token=hunter2}'],
    ['config', 'config: {values: {DSN: "Server=x;Password=hunter2"}}'],
    ['config', 'config: {values: {passwords: [hunter2]}}'],
    ['domain', 'domain: {name: "postgres://app:hunter2@db.example.com/x", zone: example.com}'],
    ['domain', 'domain: {name: AKIAIOSFODNN7EXAMPLE, zone: example.com}'],
    ['config', 'config: {values: {AKIAIOSFODNN7EXAMPLE: 1}}\nsecrets: {AKIAIOSFODNN7EXAMPLE: secret:x}'],
  ])('is refused in %s, and repeated by no problem', (_, text) => {
    const problems = problemsOf(`${SERVICE}${text}\n`);
    expect(problems.map(({ code }) => code)).toContain('MANIFEST_SECRET');
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|AKIAIOSFODNN7EXAMPLE/);
  });

  it('does not make a name that every object has one that is given twice', () => {
    expect(codesOf(`${SERVICE}config: {values: {A: 1}}\nsecrets: {toString: secret:x}\n`)).toEqual([]);
  });
});
