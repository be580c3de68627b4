import { createHash } from 'node:crypto';
import { setting } from '../aws/config.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { ownerTags } from '../manifest/owner-tags.ts';
import type { ServiceRole } from '../provisioning/service-role.ts';

/**
 * The role that the code of a pilot is built under, one for each environment: whoever may push decides what runs there. It can
 * do no more than its one policy says, which bounds it as well and compares with its tags (stack/builds-policy.cjs).
 */
export function buildRoleOf(pilot: string, environment: string): ServiceRole {
  const [account, path, policy] = ['ACCOUNT', 'BUILD_PATH', 'BUILD_POLICY'].map(setting) as [string, string, string];
  const trust = JSON.stringify(trustOf(account));
  const digest = createHash('sha256')
    .update(JSON.stringify([path, policy, trust]))
    .digest('hex');
  const name = derivedName('role', { pilot, environment, parts: ['build', digest.slice(0, 6)] });
  const [, partition = 'aws'] = policy.split(':');
  return {
    name,
    path,
    arn: `arn:${partition}:iam::${account}:role${path}${name}`,
    description: `The code of ${pilot} in ${environment} is built under it`,
    trust,
    boundary: policy,
    policies: [policy],
    purpose: 'under which it is built',
    tags: ownerTags({ pilot, environment }),
  };
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html */
const trustOf = (account: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'codebuild.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    },
  ],
});
