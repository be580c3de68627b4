import { PREVIEWED } from '../manifest/bad-environments.ts';
import { templateIn } from './samples.ts';

const SERVICE = PREVIEWED.replace('static', 'ecs');
const FUNCTION = PREVIEWED.replace('static', 'lambda');

/** Previews of all that a stack of theirs can hold. */
const PREVIEWS = {
  'a service': `${SERVICE}secrets: {SMTP: secret:smtp}\ndomain: {name: shop.example.com}\n`,
  'a service on instances': `${SERVICE}ecs: {launch: ec2}\nnetwork: {vpc: shared}\nedge: {mode: managed-prefix-list}\n`,
  'a service that loses its data': `${SERVICE}database: {}\necs: {mount: /mnt/efs}\nbackups: {at: rate(1 day)}\nenvironments: {preview: {database: null, ecs: {mount: null}}}\n`,
  'a function': `${FUNCTION}secrets: {SMTP: secret:smtp}\n`,
  'a function behind an API': `${FUNCTION}lambda: {front: http-api}\n`,
  'a function behind a load balancer': `${FUNCTION}lambda: {front: load-balancer}\n`,
};

describe.each(Object.entries(PREVIEWS))('the stack of a preview of %s', (_, text) => {
  const { Resources } = templateIn(text, 'pr12');

  it('leaves nothing behind', () => {
    const left = Object.entries(Resources).filter(
      ([, { DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' }]) =>
        DeletionPolicy !== 'Delete' || UpdateReplacePolicy !== 'Delete',
    );
    expect(left).toEqual([]);
  });

  it('holds nothing that CloudFormation does not remove by itself', () => {
    const types = Object.values(Resources).map(({ Type }) => Type);
    for (const type of ['AWS::S3::Bucket', 'AWS::EFS::FileSystem', 'AWS::RDS::DBInstance', 'AWS::Route53::RecordSet'])
      expect(types).not.toContain(type);
  });
});

describe('the logs of a preview', () => {
  const logsIn = (environment: string) => {
    const { Resources } = templateIn(PREVIEWS['a function behind an API'], environment);
    return Object.values(Resources).filter(({ Type }) => Type === 'AWS::Logs::LogGroup');
  };

  it('go with it, where those of production stay', () => {
    expect(logsIn('pr12')).toMatchObject([{ DeletionPolicy: 'Delete' }, { DeletionPolicy: 'Delete' }]);
    expect(logsIn('production')).toMatchObject([{ DeletionPolicy: 'Retain' }, { DeletionPolicy: 'Retain' }]);
  });
});

describe('the roles of a preview', () => {
  it('read what all the pilot’s previews share', () => {
    const { Resources } = templateIn(PREVIEWS['a service'], 'pr12');
    const policies = JSON.stringify(Resources.ExecutionRole);
    expect(policies).toContain('secret:pilots/acme-site/preview/smtp-??????');
    expect(policies).not.toContain('pilots/acme-site/pr12/smtp');
  });
});
