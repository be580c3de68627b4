import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { webhookSecretId } from '../../shared/git/secrets.ts';
import { type Connection, connectionId, keepConnection } from '../../shared/ledger/connections.ts';
import { secretOf } from './posted.ts';

/** Connects a repository with its own secret, in the table and the installation that are set. */
export async function connect({
  provider,
  repository,
  ...more
}: Pick<Connection, 'provider' | 'repository'> & Partial<Connection>): Promise<Connection> {
  const connection: Connection = {
    id: connectionId(repository),
    provider,
    repository,
    api: 'http://127.0.0.1:9',
    pilots: [],
    createdAt: '2026-11-20T00:00:00.000Z',
    by: 'ada@laptop',
    ...more,
  };
  await keepConnection(connection);
  const secret = { Name: webhookSecretId(connection.id), SecretString: secretOf(provider, repository) };
  await new SecretsManagerClient({}).send(new CreateSecretCommand(secret));
  return connection;
}
