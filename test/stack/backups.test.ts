import { madeOut, type Resource } from './made-out.ts';
import { type Call, isAllowed, type Statement } from './policies.ts';

const RDS = 'arn:aws:rds:eu-central-1:123456789012';
const ALL: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
let statements: Statement[];

beforeAll(async () => {
  const roles: Record<string, Resource> = await require('../../stack/functions.cjs').roles({
    resolveVariable: async () => 'pilotage-dev',
  });
  const [policy] = (roles.BackupsKeepRole?.Properties.Policies ?? []) as {
    PolicyDocument: { Statement: Statement[] };
  }[];
  statements = madeOut(policy?.PolicyDocument.Statement) as Statement[];
});

const may = (action: string, resource: string, keys: Call['keys'] = {}) =>
  isAllowed({ action, resource, keys }, { tags: {}, policies: [statements], boundary: [ALL] });
const kind = (key: 'Request' | 'Resource', value: string) => ({ [`aws:${key}Tag/pilotage:kind`]: value });
const OWN = { 'aws:ResourceTag/pilotage:pilot': 'acme-shop' };

describe('who keeps backups', () => {
  it('removes databases of drills alone, whatever others are called or tagged', () => {
    const drill = `${RDS}:db:drill-20261121090000-acme-shop-production-0abcdefgh`;
    expect(may('rds:DeleteDBInstance', drill, kind('Resource', 'drill'))).toBe(true);
    expect(may('rds:DeleteDBInstance', drill, OWN)).toBe(false);
    expect(may('rds:DeleteDBInstance', `${RDS}:db:drill-production`, OWN)).toBe(false);
    expect(may('rds:DeleteDBInstance', `${RDS}:db:acme-shop-production`, kind('Resource', 'drill'))).toBe(false);
  });

  it('restores into databases of its own alone, and changes no other', () => {
    const restored = `${RDS}:db:restored-1`;
    for (const resource of [restored, `${RDS}:snapshot:any`, `${RDS}:subgrp:any`, `${RDS}:pg:any`])
      expect([resource, may('rds:RestoreDBInstanceFromDBSnapshot', resource, kind('Request', 'restored'))]).toEqual([
        resource,
        true,
      ]);
    const pilots = `${RDS}:db:acme-shop-production`;
    expect(may('rds:RestoreDBInstanceFromDBSnapshot', pilots, kind('Request', 'restored'))).toBe(false);
    expect(may('rds:ModifyDBInstance', restored, kind('Resource', 'restored'))).toBe(true);
    expect(may('rds:ModifyDBInstance', pilots, { ...OWN, ...kind('Resource', 'restored') })).toBe(false);
  });

  it('takes and removes snapshots of pilots under names of its own', () => {
    expect(may('rds:CreateDBSnapshot', `${RDS}:db:acme-shop-production`, OWN)).toBe(true);
    expect(may('rds:CreateDBSnapshot', `${RDS}:db:somebody-elses`)).toBe(false);
    expect(may('rds:DeleteDBSnapshot', `${RDS}:snapshot:pilotage-backup-acme-shop-production-1`, OWN)).toBe(true);
    expect(may('rds:DeleteDBSnapshot', `${RDS}:snapshot:pilotage-backup-acme-shop-production-1`)).toBe(false);
    expect(may('rds:DeleteDBSnapshot', `${RDS}:snapshot:somebody-elses`, OWN)).toBe(false);
  });

  it('calls functions that copy files, and no others', () => {
    const lambda = 'arn:aws:lambda:eu-central-1:123456789012:function';
    expect(may('lambda:InvokeFunction', `${lambda}:acme-shop-production--backups`)).toBe(true);
    expect(may('lambda:InvokeFunction', `${lambda}:acme-shop-production`)).toBe(false);
    expect(may('lambda:InvokeFunction', `${lambda}:pilotage-dev-deploy-shift`)).toBe(false);
  });
});

describe('a pilot’s own function that copies files', () => {
  const tags = { 'pilotage:pilot': 'acme-shop', 'pilotage:environment': 'production' };
  const policyOf = async (name: string): Promise<Statement[]> => {
    const made = await require('../../stack/pilots.cjs').resources({ resolveVariable: async () => 'pilotage-dev' });
    return (madeOut(made[name].Properties.PolicyDocument) as { Statement: Statement[] }).Statement;
  };

  it('may write to the pilot’s bucket, and neither to another’s nor remove a version', async () => {
    const caller = { tags, policies: [[ALL]], boundary: await policyOf('PilotBoundary') };
    const mayDo = (action: string, resource: string) => isAllowed({ action, resource }, caller);
    const own = 'arn:aws:s3:::acme-shop-production--backups--123456789012';
    expect([mayDo('s3:ListBucket', own), mayDo('s3:PutObject', `${own}/files/a`)]).toEqual([true, true]);
    expect(mayDo('s3:DeleteObject', `${own}/files/a`)).toBe(true);
    expect(mayDo('s3:DeleteObjectVersion', `${own}/files/a`)).toBe(false);
    expect(mayDo('s3:PutObject', `${own.replace('shop', 'site')}/files/a`)).toBe(false);
  });

  it('is made by CloudFormation under a name of the pilot’s, with a role of the pilot’s', async () => {
    const policies = await Promise.all(['ProvisionRunning', 'ProvisionRoles', 'ProvisionKeeping'].map(policyOf));
    const caller = { tags, policies, boundary: [ALL] };
    const mayDo = (action: string, resource: string, keys = {}) => isAllowed({ action, resource, keys }, caller);
    const here = 'eu-central-1:123456789012';
    const passed = { 'iam:PassedToService': 'lambda.amazonaws.com' };
    expect(mayDo('lambda:CreateFunction', `arn:aws:lambda:${here}:function:acme-shop-production--backups`)).toBe(true);
    expect(mayDo('lambda:CreateFunction', `arn:aws:lambda:${here}:function:acme-site-production--backups`)).toBe(false);
    expect(mayDo('iam:PassRole', 'arn:aws:iam::123456789012:role/acme-shop-production--backups', passed)).toBe(true);
    expect(mayDo('s3:PutBucketVersioning', 'arn:aws:s3:::acme-shop-production--backups--123456789012')).toBe(true);
  });

  it('has a bucket also where its name had to be cut', async () => {
    const name = `acme--${'x'.repeat(40)}---abcdefghijklmnop`;
    const caller = {
      tags: { ...tags, 'pilotage:backups': name },
      policies: [await policyOf('ProvisionKeeping')],
      boundary: [ALL],
    };
    expect(isAllowed({ action: 's3:CreateBucket', resource: `arn:aws:s3:::${name}` }, caller)).toBe(true);
    expect(isAllowed({ action: 's3:CreateBucket', resource: `arn:aws:s3:::${name}x` }, caller)).toBe(false);
  });
});
