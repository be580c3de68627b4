import type { ResolvedFor } from '../shared/manifest/complete.ts';
import { nameIn, type Site } from '../shared/preview/model.ts';
import { USUAL } from '../shared/preview/parts/network.ts';
import { lambdaPlan } from '../shared/preview/targets/lambda.ts';
import type { Door } from '../shared/preview/targets/target.ts';
import { functionAlarms } from './parts/alarms.ts';
import { API, apiPart } from './parts/api.ts';
import { keptBucket } from './parts/bucket.ts';
import { databaseParts } from './parts/database.ts';
import { frontPart } from './parts/front.ts';
import { functionBalancerPart } from './parts/function-balancer.ts';
import { functionNetworkPart, makingInterfaces } from './parts/function-network.ts';
import { logsPart } from './parts/logs.ts';
import { networkPart, type Placed } from './parts/network.ts';
import { allow, BOUNDARY, readingSecrets, role } from './parts/role.ts';
import { att, type Part } from './template.ts';

/**
 * What a function needs that lasts longer than a release: its role, its log
 * group, a queue for calls that failed, alarms, its network and what stands in front of it. The function itself, its
 * versions and its alias, the pointer, are made with the releases; so is its URL.
 */
export function lambdaParts(site: Site<ResolvedFor<'lambda'>>): Part[] {
  const { alarms, lambda } = site.manifest;
  const { door } = lambdaPlan(site);
  const { network = USUAL } = site.manifest;
  const placed = door.network === 'none' ? undefined : networkPart(site, network, door);
  const isInside = door.network === 'private';
  return [
    BOUNDARY,
    logsPart(site),
    ...(placed ? [placed.part] : []),
    ...(placed && isInside ? [functionNetworkPart(site, placed)] : []),
    ...(placed && isInside ? databaseParts(site, network, placed, att('FunctionGroup', 'GroupId')) : []),
    ...frontParts(site, door, placed),
    {
      Resources: {
        FailedCalls: {
          Type: 'AWS::SQS::Queue',
          Properties: {
            QueueName: nameIn(site, 'queue', 'failed-calls'),
            MessageRetentionPeriod: 14 * 86_400,
            SqsManagedSseEnabled: true,
          },
        },
        FunctionRole: role(site, 'function', 'lambda.amazonaws.com', [
          allow(['logs:CreateLogStream', 'logs:PutLogEvents'], att('Logs', 'Arn')),
          allow(['sqs:SendMessage'], att('FailedCalls', 'Arn')),
          ...readingSecrets(site),
          ...(isInside ? makingInterfaces(site) : []),
          ...(lambda.events ? [allow(['s3:GetObject', 's3:PutObject'], objectsOf('Uploads'))] : []),
        ]),
      },
      Outputs: {
        Role: { Description: 'The role that the function runs as', Value: att('FunctionRole', 'Arn') },
        FailedCalls: { Description: 'Where calls go that failed to the last', Value: att('FailedCalls', 'Arn') },
      },
    },
    ...(lambda.events ? [uploadsPart(site)] : []),
    functionAlarms(site, alarms),
  ];
}

/** What of the front is there before the function is. */
function frontParts(site: Site<ResolvedFor<'lambda'>>, door: Door, placed: Placed | undefined): Part[] {
  const { front } = site.manifest.lambda;
  if (front === 'http-api') return [apiPart(site, door), frontPart(site, door, API)];
  if (placed && front === 'load-balancer') return [functionBalancerPart(site, door, placed), frontPart(site, door)];
  return [];
}

const objectsOf = (bucket: string) => ({ 'Fn::Sub': `\${${bucket}.Arn}/*` });

/** The bucket whose objects call the function. What is in it is the pilot's: it is never removed with the stack. */
const uploadsPart = (site: Site): Part => ({
  Resources: {
    Uploads: keptBucket(
      site,
      'uploads',
      {
        Id: 'old-versions',
        Status: 'Enabled',
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
      { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } },
    ),
  },
  Outputs: { Uploads: { Description: 'The bucket whose objects call the function', Value: { Ref: 'Uploads' } } },
});
