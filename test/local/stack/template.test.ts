import { type Template, withCode, withNodeOptions, zipNames } from '../../../local/stack/template.ts';

const code = (name: string) => ({ S3Bucket: { Ref: 'Bucket' }, S3Key: `serverless/1795228321124/${name}.zip` });
const template: Template = {
  Outputs: { A: { Value: 'a' } },
  Resources: {
    Shift: {
      Type: 'AWS::Lambda::Function',
      DependsOn: ['X'],
      Properties: { Handler: 'h', Code: code('deploy-shift') },
    },
    Queue: { Type: 'AWS::Lambda::Function', Properties: { Code: code('deploy-queue') } },
    Inline: { Type: 'AWS::Lambda::Function', Properties: { Code: { ZipFile: 'x' } } },
    Topic: { Type: 'AWS::SNS::Topic' },
  },
};

test('the zips of a template are found', () => {
  expect(zipNames(template)).toEqual(['deploy-queue.zip', 'deploy-shift.zip']);
});

test('code is taken from the place, and nothing else changes', () => {
  const keys = new Map([['deploy-shift.zip', 'abc/deploy-shift.zip']]);
  const changed = structuredClone(template);
  Object.assign(changed.Resources.Shift ?? {}, {
    Properties: { Handler: 'h', Code: { S3Bucket: 'packages', S3Key: 'abc/deploy-shift.zip' } },
  });
  expect(withCode(template, { bucket: 'packages', keys })).toEqual(changed);
});

test('options for Node go with those that a function has of its own, and reach no other function', () => {
  const of = (Variables: Record<string, unknown>) => ({
    Type: 'AWS::Lambda::Function',
    Properties: { Environment: { Variables } },
  });
  const functions: Template = {
    Resources: { With: of({ NODE_OPTIONS: '--a', TABLE: 't' }), Without: of({ TABLE: 't' }) },
  };
  expect(withNodeOptions(functions, '--b').Resources).toEqual({
    With: of({ NODE_OPTIONS: '--a --b', TABLE: 't' }),
    Without: of({ TABLE: 't' }),
  });
});
