import { randomUUID } from 'node:crypto';

/** What one of Secrets Manager's secrets is. */
export interface KeptSecret {
  /** The newest first. */
  versions: { text: string; madeAt: number }[];
  deleted?: true;
}

export interface SecretsAnswer {
  status: number;
  body: object;
}

interface Input {
  Name?: string;
  SecretId?: string;
  SecretString?: string;
  VersionStage?: string;
  RecoveryWindowInDays?: number;
}

const answer = (body: object): SecretsAnswer => ({ status: 200, body });
const fault = (code: string, message: string): SecretsAnswer => ({ status: 400, body: { __type: code, message } });
const GONE = 'You can’t perform this operation on the secret because it was marked for deletion.';

/**
 * Secrets Manager at the wire, as far as the CLI asks it.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
export function secretsManager(kept: Map<string, KeptSecret>, operation: string, input: Input): SecretsAnswer {
  const name = input.Name ?? input.SecretId ?? '';
  const found = kept.get(name);
  const text = input.SecretString ?? '';
  if (operation === 'CreateSecret') {
    if (found?.deleted)
      return fault('InvalidRequestException', 'a secret with this name is already scheduled for deletion');
    if (found) return fault('ResourceExistsException', `The secret ${name} already exists.`);
    kept.set(name, { versions: [{ text, madeAt: Date.now() }] });
    return answer({ Name: name });
  }
  if (!found) return fault('ResourceNotFoundException', 'Secrets Manager can’t find the specified secret.');
  switch (operation) {
    case 'DescribeSecret':
      return answer({ Name: name, ...(found.deleted && { DeletedDate: Date.now() / 1000 }) });
    case 'RestoreSecret':
      delete found.deleted;
      return answer({ Name: name });
  }
  if (found.deleted) return fault('InvalidRequestException', GONE);
  switch (operation) {
    case 'GetSecretValue': {
      const version = found.versions[input.VersionStage === 'AWSPREVIOUS' ? 1 : 0];
      if (!version) return fault('ResourceNotFoundException', 'can’t find the specified secret value');
      return answer({ SecretString: version.text, CreatedDate: version.madeAt / 1000, VersionId: randomUUID() });
    }
    case 'PutSecretValue':
      found.versions.unshift({ text, madeAt: Date.now() });
      return answer({ Name: name });
    case 'DeleteSecret':
      found.deleted = true;
      return answer({ Name: name, DeletionDate: Date.now() / 1000 + (input.RecoveryWindowInDays ?? 30) * 86_400 });
    default:
      return fault('InvalidRequestException', `${operation} is not known here`);
  }
}
