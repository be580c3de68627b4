import { TEMPLATES } from './samples.ts';

/** The property that CloudFormation finds again what an earlier stack has left by. */
const IDENTITY: Record<string, string> = {
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::S3::BucketPolicy': 'Bucket',
};

describe.each(Object.entries(TEMPLATES))('what %s would leave behind', (_, { Resources }) => {
  const left = Object.entries(Resources).filter(
    ([, { DeletionPolicy, Type }]) => DeletionPolicy === 'Retain' && IDENTITY[Type],
  );

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
  it('has its name written out, by which the next stack takes it over', () => {
    const named = left.map(([name, { Type, Properties }]) => [name, typeof Properties?.[IDENTITY[Type] ?? '']]);
    expect(named).toEqual(left.map(([name]) => [name, 'string']));
    expect(left.length).toBeGreaterThan(0);
  });
});
