import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Api, lambdaApi } from '../cli/api.ts';
import { pilot as runPilot } from '../cli/program.ts';
import { connectionId } from '../shared/ledger/connections.ts';
import { type Environment, STACK_NAME } from './environment.ts';
import { HOST, type LocalGit } from './git/git.ts';

/** What is connected: a repository of the local git server, and the pilot that lives in it. */
export interface ToConnect {
  /** Such as `acme/site`. */
  name: string;
  pilot: string;
}

export interface Connected {
  /** Where it is cloned from. */
  url: string;
  /** `git.localhost/acme/site` */
  repository: string;
  /** The connection’s id. */
  id: string;
  api: Api;
}

/**
 * Makes a repository and connects it as an operator does: keeps the token, allows the repository to deploy the pilot, and
 * runs `pilot connect`.
 * @param say is told the command as a person would type it
 * @throws when any of it is refused.
 */
export async function connectRepository(
  { emulator, outputs, note }: Pick<Environment, 'emulator' | 'outputs' | 'note'>,
  git: LocalGit,
  { name, pilot }: ToConnect,
  say: (line: string) => void = () => {},
): Promise<Connected> {
  const { url: endpoint, region, credentials } = emulator;
  const aws = { endpoint, region, credentials };
  const { url, repository } = await git.createRepository(name);
  const id = connectionId(repository);
  await new SecretsManagerClient(aws).send(
    new CreateSecretCommand({ Name: `${STACK_NAME}/git/${id}/token`, SecretString: git.token }),
  );
  const Body = `apiVersion: pilotage/v1\npilots:\n  ${pilot}: { repositories: [${repository}] }\n`;
  await new S3Client({ ...aws, forcePathStyle: true }).send(
    new PutObjectCommand({ Bucket: outputs.ManifestsBucket, Key: 'operator.yaml', Body }),
  );
  const at = ['--host', HOST, '--api', git.api];
  await run(note, ['connect', 'github', name, ...at, '--pilot', pilot, '--perform'], say);
  return { url, repository, id, api: await lambdaApi(outputs.ApiFunction ?? '', aws) };
}

async function run(note: string, args: string[], say: (line: string) => void): Promise<void> {
  say(`$ pilot ${args.join(' ')}`);
  const said: string[] = [];
  const sink = { write: (text: string | Uint8Array) => said.push(String(text)) > 0 };
  const io = { out: sink, err: sink, env: { PILOTAGE_STACK: note }, cwd: '/', home: '/', signals: process };
  if ((await runPilot(args, io)) !== 0) throw new Error(said.join(''));
}
