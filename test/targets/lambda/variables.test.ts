import type { ResolvedFor } from '../../../shared/manifest/complete.ts';
import { variablesOf } from '../../../shared/targets/lambda/variables.ts';
import { resolvedFrom } from '../../support/manifest.ts';

function variables(values: Record<string, unknown>, secrets: Record<string, string> = {}) {
  const manifest = resolvedFrom({
    apiVersion: 'pilotage/v1',
    name: 'acme',
    target: 'lambda',
    source: { artifact: 'function.zip' },
    config: { values },
    secrets,
  });
  return variablesOf(manifest as ResolvedFor<'lambda'>, 'acme', 'staging');
}

it('hands texts as they are, everything else as JSON', () => {
  const values = { TEXT: 'a "b"', NUMBER: 8, FLAG: false, LIST: [1, 'b'], SECTION: { a: 1 } };
  expect(variables(values)).toEqual({
    variables: { TEXT: 'a "b"', NUMBER: '8', FLAG: 'false', LIST: '[1,"b"]', SECTION: '{"a":1}' },
    problems: [],
  });
});

it('tells of secrets where they lie', () => {
  const secrets = { OWN: 'secret:db#password', WHOLE: 'secret:db', SHARED: 'ssm:/shared/token', KEPT: 'ssm:token' };
  expect(variables({}, secrets).variables).toEqual({
    OWN_FROM: 'secret:pilots/acme/staging/db#password',
    WHOLE_FROM: 'secret:pilots/acme/staging/db',
    SHARED_FROM: 'ssm:/shared/token',
    KEPT_FROM: 'ssm:/pilots/acme/staging/token',
  });
});

it.each([
  ['A', 'VARIABLE_NAME'],
  ['_HANDLER', 'VARIABLE_NAME'],
  ['AWS_REGION', 'VARIABLE_RESERVED'],
  ['AWS_LAMBDA_FUNCTION_NAME', 'VARIABLE_RESERVED'],
  ['LAMBDA_TASK_ROOT', 'VARIABLE_RESERVED'],
])('refuses %s', (name, code) => {
  expect(variables({ [name]: 1 }).problems).toMatchObject([{ code, message: expect.stringContaining(name) }]);
});

it('refuses a value that is named as what tells of a secret', () => {
  const { problems } = variables({ DB_FROM: 'here' }, { DB: 'secret:db' });
  expect(problems).toMatchObject([{ code: 'VARIABLE_TWICE' }]);
});
