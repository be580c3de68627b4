import type { EnvironmentVariable } from '@aws-sdk/client-codebuild';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type Credentials, clientOf, type Where } from './aws.ts';
import { type Build, uuidOf } from './build.ts';
import type { Buildspec } from './buildspec.ts';

/** A build's variables, and which values its log does not show. */
export interface Variables {
  values: Record<string, string>;
  secrets: string[];
}

/**
 * Those of the buildspec, and over them those of the order; what is kept elsewhere is read as the build's role.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
 * @throws what the store answered, with the name of the variable.
 */
export async function variablesOf(build: Build, spec: Buildspec, where: Where, role: Credentials): Promise<Variables> {
  const plain = Object.entries(spec.variables).map(([name, value]) => ({ name, value }));
  const kept = (type: EnvironmentVariable['type'], all: Record<string, string>) =>
    Object.entries(all).map(([name, value]) => ({ name, value, type }));
  const ordered = build.order.environment.environmentVariables ?? [];
  const all: EnvironmentVariable[] = [
    ...plain,
    ...kept('PARAMETER_STORE', spec.parameters),
    ...kept('SECRETS_MANAGER', spec.secrets),
    ...ordered,
  ];
  const last = new Map(all.map((one) => [one.name ?? '', one]));
  const values: Record<string, string> = {};
  const secrets: string[] = [];
  for (const [name, { type = 'PLAINTEXT', value = '' }] of last) {
    values[name] = type === 'PLAINTEXT' ? value : await read(type, value, where, role);
    if (type !== 'PLAINTEXT') secrets.push(values[name]);
  }
  return { values, secrets: secrets.filter((one) => one.length > 0) };
}

async function read(type: string, place: string, where: Where, role: Credentials): Promise<string> {
  const clients = clientOf(where, role);
  if (type === 'PARAMETER_STORE') {
    const asked = { Name: place, WithDecryption: true };
    return (await new SSMClient(clients).send(new GetParameterCommand(asked))).Parameter?.Value ?? '';
  }
  // `secret-id:json-key:version-stage:version-id`, and an ARN has colons of its own.
  const parts = place.split(':');
  const idParts = place.startsWith('arn:') ? 7 : 1;
  const [key, stage, version] = parts.slice(idParts);
  const { SecretString = '' } = await new SecretsManagerClient(clients).send(
    new GetSecretValueCommand({
      SecretId: parts.slice(0, idParts).join(':'),
      ...(stage && { VersionStage: stage }),
      ...(version && { VersionId: version }),
    }),
  );
  if (!key) return SecretString;
  const value = (JSON.parse(SecretString) as Record<string, unknown>)[key];
  if (value === undefined) throw new Error(`the secret has no key ${key}`);
  return String(value);
}

/** What CodeBuild tells each build by itself. */
export function ownVariables(build: Build, where: Where, source: string): Record<string, string> {
  const { order } = build;
  return {
    AWS_REGION: where.region,
    AWS_DEFAULT_REGION: where.region,
    CODEBUILD_BUILD_ARN: build.arn,
    CODEBUILD_BUILD_ID: build.id,
    CODEBUILD_BUILD_IMAGE: order.environment.image ?? '',
    CODEBUILD_BUILD_NUMBER: String(build.number),
    CODEBUILD_BUILD_SUCCEEDING: '1',
    CODEBUILD_INITIATOR: build.initiator,
    CODEBUILD_LOG_PATH: uuidOf(build),
    CODEBUILD_PROJECT_ARN: build.arn.replace(/:build\/.*/, `:project/${order.project}`),
    CODEBUILD_SRC_DIR: source,
    CODEBUILD_START_TIME: String(build.startTime.getTime()),
    ...(order.source.location && { CODEBUILD_SOURCE_REPO_URL: order.source.location }),
    // There is no resolved version of what comes from S3.
    ...(order.sourceVersion && { CODEBUILD_SOURCE_VERSION: order.sourceVersion }),
  };
}
