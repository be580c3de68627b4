/**
 * Reads a secret by its reference: `ssm:<parameter's name>` for Parameter Store
 * (SecureString), `secret:<id or ARN>` for Secrets Manager. What is read is for
 * the caller's use alone and belongs in no log, message or error.
 * @returns undefined when there is no such parameter or secret.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function readSecret(reference: string): Promise<string | undefined> {
  const [, kind, name = ''] = /^(ssm|secret):(.+)$/.exec(reference) ?? [];
  if (kind === 'ssm') return (await import('./parameter-store.ts')).readParameter(name);
  if (kind === 'secret') return (await import('./secrets-manager.ts')).readManagedSecret(name);
  throw new Error('a reference to a secret begins with ssm: or secret:');
}
