import type { Run } from '../ecs/state.ts';

/** How a function runs, as AWS takes and tells it. */
export interface Settings {
  Description: string;
  Role: string;
  MemorySize: number;
  Timeout: number;
  Environment: object;
  DeadLetterConfig: object;
  LoggingConfig: object;
  VpcConfig: object;
  Runtime: string;
  Handler: string;
}

/** `$LATEST`, or a version that never changes again. */
export interface Version extends Settings {
  version: string;
  /** SHA-256 of the code in base64. */
  code: string;
  architecture: string;
  state: 'Pending' | 'Active';
  update: 'Successful' | 'InProgress';
  revision: string;
  changedAt: number;
}

export interface Alias {
  arn: string;
  name: string;
  version: string;
  description: string;
  /** Shares, from 0 to 1, of other versions. */
  weights: Record<string, number>;
  revision: string;
}

export interface Statement {
  Sid: string;
}

export interface Fn {
  name: string;
  arn: string;
  latest: Version;
  /** The oldest first. */
  versions: Version[];
  aliases: Record<string, Alias>;
  /** By alias. */
  urls: Record<string, { AuthType: string; FunctionUrl: string }>;
  policies: Record<string, Statement[]>;
  tags: Record<string, string>;
  /** Versions that were ever published, and what the last of them was made from. */
  published: number;
  content: string;
}

/** All that Lambda knows of pilots' functions. */
export interface Functions {
  all: Record<string, Fn>;
  /** Commands that versions were called with. */
  runs: Run[];
  /** Of revisions. */
  count: number;
}

export const noFunctions = (): Functions => ({ all: {}, runs: [], count: 0 });

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export const configurationOf = ({ name, arn }: Fn, found: Version): object => {
  const { version, code, architecture, state, update, revision, changedAt, ...settings } = found;
  return {
    FunctionName: name,
    FunctionArn: version === '$LATEST' ? arn : `${arn}:${version}`,
    ...settings,
    CodeSha256: code,
    Architectures: [architecture],
    Version: version,
    State: state,
    LastUpdateStatus: update,
    RevisionId: revision,
    LastModified: new Date(changedAt).toISOString(),
    PackageType: 'Zip',
  };
};

export const aliasShape = ({ arn, name, version, description, weights, revision }: Alias): object => ({
  AliasArn: arn,
  Name: name,
  FunctionVersion: version,
  Description: description,
  RevisionId: revision,
  ...(Object.keys(weights).length > 0 && { RoutingConfig: { AdditionalVersionWeights: weights } }),
});
