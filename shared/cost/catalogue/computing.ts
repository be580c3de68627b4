import type { Listed } from '../listed.ts';

/** What runs code: containers, functions, builds. Instances have a table of their own. */
export const COMPUTING = {
  'fargate.vcpu-hour': fargate('vCPU, arm64', 'vCPU-hour', 'Fargate-ARM-vCPU-Hours:perCPU'),
  'fargate.gb-hour': fargate('memory, arm64', 'GB-hour', 'Fargate-ARM-GB-Hours'),
  'fargate-spot.vcpu-hour': spot('vCPU, arm64', 'vCPU-hour', 'SpotUsage-Fargate-ARM-vCPU-Hours:perCPU'),
  'fargate-spot.gb-hour': spot('memory, arm64', 'GB-hour', 'SpotUsage-Fargate-ARM-GB-Hours'),
  'fargate.x86.vcpu-hour': fargate('vCPU, x86', 'vCPU-hour', 'Fargate-vCPU-Hours:perCPU'),
  'fargate.x86.gb-hour': fargate('memory, x86', 'GB-hour', 'Fargate-GB-Hours'),
  'fargate-spot.x86.vcpu-hour': spot('vCPU, x86', 'vCPU-hour', 'SpotUsage-Fargate-vCPU-Hours:perCPU'),
  'fargate-spot.x86.gb-hour': spot('memory, x86', 'GB-hour', 'SpotUsage-Fargate-GB-Hours'),
  'lambda.requests.million': {
    ...lambda('requests', 'million requests', 'Request'),
    times: 1_000_000,
  },
  'lambda.gb-second': lambda('time, arm64', 'GB-second', 'Lambda-GB-Second-ARM'),
  'lambda.x86.gb-second': lambda('time, x86', 'GB-second', 'Lambda-GB-Second'),
  'lambda.provisioned.gb-second': lambda(
    'provisioned concurrency, arm64',
    'GB-second',
    'Lambda-Provisioned-Concurrency-ARM',
  ),
  'codebuild.small.minute': codebuild('small'),
  'codebuild.medium.minute': codebuild('medium'),
  'codebuild.large.minute': codebuild('large'),
} satisfies Record<string, Listed>;

function fargate(what: string, unit: string, usage: string): Listed {
  return { what: `Fargate ${what}`, unit, offer: 'AmazonECS', usage };
}

/** Spot follows supply and demand; the list does not have it in every region. */
function spot(what: string, unit: string, usage: string): Listed {
  return { what: `Fargate Spot ${what}`, unit, offer: 'AmazonECS', usage, unlisted: true };
}

function lambda(what: string, unit: string, usage: string): Listed {
  return { what: `Lambda ${what}`, unit, offer: 'AWSLambda', usage, family: 'Serverless' };
}

function codebuild(size: string): Listed {
  return {
    what: `CodeBuild general1.${size}`,
    unit: 'minute',
    offer: 'CodeBuild',
    usage: `Build-Min:Linux:g1.${size}`,
    family: 'Compute',
  };
}
