import { madeOut, type Resource } from './made-out.ts';
import { type Call, isAllowed, type Statement } from './policies.ts';

const HERE = 'eu-central-1:123456789012';
const EVERYTHING: Statement[] = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
const APPLICATION = `arn:aws:elasticbeanstalk:${HERE}:application/acme-production`;
const ENVIRONMENT = `arn:aws:elasticbeanstalk:${HERE}:environment/acme-production/acme-production--blue`;
const FENCES = ['pilotage:fence-4/2026-01-05T10:00:00.000Z', 'pilotage:fence-3/2026-01-05T09:00:00.000Z'];
const ANNOUNCING = ['AddTags', 'RemoveTags', 'UpdateTagsForResource'];
let roles: Record<string, Resource>;

beforeAll(async () => {
  roles = await require('../../stack/functions.cjs').roles({ resolveVariable: async () => 'pilotage-dev' });
});

const may = (role: string, action: string, resource: string, keys: Call['keys']): boolean => {
  const { Policies } = madeOut(roles[role]?.Properties) as {
    Policies: { PolicyDocument: { Statement: Statement[] } }[];
  };
  const policies = Policies.map(({ PolicyDocument }) => PolicyDocument.Statement);
  const call = { action: `elasticbeanstalk:${action}`, resource, ...(keys && { keys }) };
  return isAllowed(call, { tags: {}, policies, boundary: EVERYTHING });
};
const ofPilot = (keys: string[]) => ({ 'aws:ResourceTag/pilotage:pilot': 'acme', 'aws:TagKeys': keys });

describe.each(['DeployShiftRole', 'DeployRollbackRole'])('to swap an address %s', (role) => {
  it.each(ANNOUNCING)('announces it in the tags of a pilot’s application: %s', (action) => {
    expect(may(role, action, APPLICATION, ofPilot(FENCES))).toBe(true);
    expect(may(role, action, APPLICATION, { 'aws:TagKeys': FENCES })).toBe(false);
    expect(may(role, action, ENVIRONMENT, ofPilot(FENCES))).toBe(false);
  });

  it.each(ANNOUNCING)('changes no tag that says whose it is: %s', (action) => {
    for (const key of ['pilotage:pilot', 'pilotage:environment', 'team'])
      expect(may(role, action, APPLICATION, ofPilot([...FENCES, key]))).toBe(false);
  });

  it('swaps those of pilots’ environments, and changes nothing else about them or their application', () => {
    expect(may(role, 'SwapEnvironmentCNAMEs', ENVIRONMENT, ofPilot([]))).toBe(true);
    expect(may(role, 'SwapEnvironmentCNAMEs', ENVIRONMENT, {})).toBe(false);
    expect(may(role, 'UpdateApplication', APPLICATION, ofPilot([]))).toBe(false);
    expect(may(role, 'UpdateEnvironment', ENVIRONMENT, ofPilot([]))).toBe(false);
  });
});

it('no other function announces a swap', () => {
  const announcing = Object.keys(roles).filter((role) => may(role, 'RemoveTags', APPLICATION, ofPilot(FENCES)));
  expect(announcing.sort()).toEqual(['DeployRollbackRole', 'DeployShiftRole']);
});
