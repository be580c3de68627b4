import { jsonError, jsonReply, type Operation, type Service, textOf } from './call.ts';

/** What webhooks are signed with. */
export const WEBHOOK_SECRET = 'a secret that nobody guesses';

/** Secrets Manager: each connection has the same secret, which was never changed, and no token: its repository is public. */
export function secretsOf(): Service {
  return {
    name: 'secretsmanager',
    isAt: (hostname) => hostname.startsWith('secretsmanager.'),
    error: jsonError(500, 'InternalServiceError'),
    throttled: jsonError(400, 'ThrottlingException'),
    read({ headers, body }): Operation {
      const name = headers['x-amz-target']?.split('.')[1] ?? '';
      if (name !== 'GetSecretValue') throw new Error(`Secrets Manager's ${name} is not known here`);
      const { SecretId, VersionStage } = JSON.parse(textOf(body)) as { SecretId: string; VersionStage: string };
      return {
        service: 'secretsmanager',
        name,
        about: `${SecretId} ${VersionStage}`,
        writes: false,
        apply() {
          if (!SecretId.endsWith('/webhook') || VersionStage !== 'AWSCURRENT')
            return jsonError(400, 'ResourceNotFoundException');
          return jsonReply(200, { SecretString: WEBHOOK_SECRET, CreatedDate: 1_760_000_000 });
        },
      };
    },
  };
}
