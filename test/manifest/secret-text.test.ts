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
