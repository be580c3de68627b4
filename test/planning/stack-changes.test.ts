import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';
import { changesFrom } from '../../shared/planning/stack-changes.ts';

const changed = (more: Partial<ResourceChange>): Change => ({
  Type: 'Resource',
  ResourceChange: { LogicalResourceId: 'It', ResourceType: 'AWS::SNS::Topic', Action: 'Modify', ...more },
});
const only = (more: Partial<ResourceChange>) => changesFrom([changed(more)])[0];
const database = { ResourceType: 'AWS::RDS::DBInstance', PhysicalResourceId: 'acme-db' };

describe('what a change set says', () => {
  it.each([
    [{ Action: 'Add' }, 'create'],
    [{ Action: 'Import' }, 'import'],
    [{ Action: 'Remove' }, 'delete'],
    [{ Action: 'Modify' }, 'change'],
    [{ Action: 'Modify', Replacement: 'False' }, 'change'],
    [{ Action: 'Modify', Replacement: 'True' }, 'replace'],
    [{ Action: 'Modify', Replacement: 'Conditional' }, 'maybe-replace'],
    [{ Action: 'Dynamic' }, 'maybe-replace'],
  ] as const)('%j is called %s', (said, action) => {
    expect(only(said)).toMatchObject({ action });
  });

  it('is told with names and each setting once', () => {
    const property = (Name: string) => ({ Target: { Attribute: 'Properties', Name } as const });
    const Details = [
      property('AllocatedStorage'),
      property('AllocatedStorage'),
      { Target: { Attribute: 'Tags' } as const },
    ];
    expect(only({ ...database, Details })).toEqual({
      action: 'change',
      type: 'AWS::RDS::DBInstance',
      logicalId: 'It',
      name: 'acme-db',
      settings: ['AllocatedStorage', 'Tags'],
    });
  });

  it.each([
    ['a deletion', { Action: 'Remove' }, 'lost'],
    ['a deletion that keeps it', { Action: 'Remove', PolicyAction: 'Retain' }, 'retained'],
    ['a deletion after a snapshot', { Action: 'Remove', PolicyAction: 'Snapshot' }, 'snapshot'],
    ['a replacement', { Replacement: 'True', PolicyAction: 'ReplaceAndDelete' }, 'lost'],
    ['a replacement that keeps the old one', { Replacement: 'True', PolicyAction: 'ReplaceAndRetain' }, 'retained'],
    ['what may become a replacement', { Replacement: 'Conditional' }, 'lost'],
    ['a change', { Replacement: 'False' }, undefined],
  ] as const)('of a database marks what %s means for its data', (_, said, data) => {
    expect(only({ ...database, ...said })?.data).toBe(data);
  });

  it('of what holds no data marks nothing', () => {
    expect(only({ Action: 'Remove' })).not.toHaveProperty('data');
  });

  it('of hooks and other things is passed over', () => {
    expect(changesFrom([{ Type: 'Resource' }])).toEqual([]);
  });
});
