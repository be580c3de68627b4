import type { StackChange } from '../../shared/preview/stack.ts';
import { losses, movesPolicy } from '../../shared/provisioning/at-risk.ts';
import { databaseLoss, lockedOut, mayLose } from '../../shared/provisioning/database-at-risk.ts';
import { policyOf } from '../../shared/provisioning/policy.ts';
import { TEMPLATES, templateIn, VARIANTS } from '../templates/samples.ts';

const change = (more: Partial<StackChange>): StackChange => ({
  action: 'change',
  type: 'AWS::RDS::DBInstance',
  logicalId: 'Database',
  name: 'acme-shop-production',
  settings: [],
  ...more,
});

describe('what is in a database', () => {
  const protectedNow = { DatabaseGuard: 'protected' };
  const kept = { DatabaseGuard: 'kept' };
  const replaceable = { DatabaseGuard: 'replaceable' };

  it.each([
    ['the manifest says so, and nothing protects it', true, kept, true],
    ['the manifest says so, and it is protected', true, protectedNow, false],
    ['the manifest says nothing', false, kept, false],
    ['the manifest says nothing any more', false, replaceable, false],
    ['the section has gone, and the one before said so', undefined, replaceable, true],
    ['the section has gone', undefined, kept, false],
    ['the section has gone, and it is protected', undefined, protectedNow, false],
    ['nobody knows of one', undefined, {}, false],
  ] as const)('may be lost or not: %s', (_, word, outputs, may) => {
    expect(mayLose(word, outputs)).toBe(may);
  });

  it('is named in the refusal, with what has to be said to give it up', () => {
    const replaced = change({ action: 'replace', data: 'snapshot', settings: ['Engine'] });
    expect(databaseLoss(replaced, kept)).toEqual({
      code: 'DATA_AT_RISK',
      message:
        'the database acme-shop-production would be replaced by an empty one, and all that is in it would be lost; a last snapshot would be left',
      expected: 'Engine as it was',
      hint: 'whoever means to give it up says database.replace: true',
    });
    expect(databaseLoss(change({ action: 'delete', data: 'snapshot' }), protectedNow)).toMatchObject({
      message: expect.stringContaining('would be deleted, with all that is in it'),
      hint: expect.stringContaining('database.deletionProtection: false and database.replace: true first'),
    });
  });

  it('is not in a copy, which may come and go', () => {
    const copy = change({ logicalId: 'DatabaseReplica1', action: 'delete', data: 'lost' });
    expect(losses([copy])).toEqual([]);
    expect(databaseLoss(copy)).toBeUndefined();
    expect(losses([change({ action: 'delete', data: 'snapshot' })])).toHaveLength(1);
  });

  it('is the only thing of which a manifest may say that it goes', () => {
    expect(databaseLoss(change({ type: 'AWS::S3::Bucket', action: 'delete', data: 'lost' }))).toBeUndefined();
  });
});

describe('another password', () => {
  it.each(['MasterUserPassword', 'ManageMasterUserPassword'])(
    'is refused while what serves has the old one: %s',
    (name) => {
      expect(lockedOut([change({ settings: ['AllocatedStorage', name] })])).toMatchObject([{ code: 'STILL_USED' }]);
    },
  );

  it('is what a new database has, and one that takes another’s place', () => {
    const settings = ['MasterUserPassword'];
    expect(lockedOut([change({ action: 'create', settings }), change({ action: 'replace', settings })])).toEqual([]);
    expect(lockedOut([change({ settings: ['AllocatedStorage'] })])).toEqual([]);
  });
});

describe('the stack’s policy', () => {
  const template = templateIn(VARIANTS['ecs-database-mysql'] ?? '');
  const denied = (policy: string) =>
    JSON.parse(policy).Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Deny') as {
      Action: string;
      Resource?: string;
      NotResource?: string;
      Condition: { StringEquals: { ResourceType: string[] } };
    }[];

  it('keeps the database and lets its copies go', () => {
    for (const { NotResource, Condition } of denied(policyOf(template))) {
      if (!Condition.StringEquals.ResourceType.includes('AWS::RDS::DBInstance')) continue;
      expect(NotResource).toBe('LogicalResourceId/DatabaseReplica*');
    }
    expect(denied(policyOf(template)).map(({ Action }) => Action)).toEqual(['Update:Replace', 'Update:Delete']);
    expect(Object.keys(template.Resources)).toContain('DatabaseReplica2');
  });

  it('lets the database go where the manifest says so, and nothing else', () => {
    const types = denied(policyOf(template, true)).flatMap(({ Condition }) => Condition.StringEquals.ResourceType);
    expect(types).toContain('AWS::Logs::LogGroup');
    expect(types).not.toContain('AWS::RDS::DBInstance');
  });

  it('is as it was where there is no database', () => {
    for (const { NotResource, Resource } of denied(policyOf(TEMPLATES['ecs-small'] as never)))
      expect([Resource, NotResource]).toEqual(['*', undefined]);
  });

  it('is set anew with the protection of the database', () => {
    expect(movesPolicy([change({ settings: ['DeletionProtection'] })])).toBe(true);
    expect(movesPolicy([change({ settings: ['AllocatedStorage'] })])).toBe(false);
  });
});
