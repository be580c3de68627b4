import { randomBytes } from 'node:crypto';
import { type Connection, clientConfig } from '../connection.ts';
import type { Stack } from '../stack.ts';

/** Days within which a removed secret can be brought back. */
export const RECOVERY_DAYS = 7;

export type Presence = 'there' | 'missing' | 'deleted' | 'denied';

export interface Version {
  text: string;
  /** When it was made. */
  madeAt: Date;
}

/** Secrets Manager with the caller's own credentials. Values that it gives belong in no output and no message. */
export interface Secrets {
  /** Makes one, unless it is there; one that is about to be deleted stays. */
  ensure(name: string, make: () => string, description: string): Promise<'made' | 'kept' | 'restored'>;
  /** Undefined where there is none; one that is about to be deleted is none. */
  read(name: string, stage?: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<Version | undefined>;
  renew(name: string, text: string): Promise<void>;
  look(name: string): Promise<Presence>;
  /** @returns whether there was one. */
  remove(name: string): Promise<boolean>;
}

/** What signs a connection's webhooks, by its name in Secrets Manager. */
export const webhookSecretName = ({ stage }: Pick<Stack, 'stage'>, connection: string): string =>
  `pilotage-${stage}/git/${connection}/webhook`;

/** What the provider's API is called with. */
export const tokenName = ({ stage }: Pick<Stack, 'stage'>, connection: string): string =>
  `pilotage-${stage}/git/${connection}/token`;

/** How GitLab marks a key that signs, and no token that comes along: https://docs.gitlab.com/user/project/integrations/webhooks/ */
const SIGNING = 'whsec_';
export const isSigning = (secret: string): boolean => secret.startsWith(SIGNING);

/** 32 random bytes. */
export const newSecret = (signing: boolean): string =>
  signing ? `${SIGNING}${randomBytes(32).toString('base64')}` : randomBytes(32).toString('base64url');

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html */
export async function secretsOf(connection: Connection): Promise<Secrets> {
  const aws = await import('@aws-sdk/client-secrets-manager');
  const client = new aws.SecretsManagerClient(clientConfig(connection));

  const look = async (SecretId: string): Promise<Presence> => {
    try {
      const { DeletedDate } = await client.send(new aws.DescribeSecretCommand({ SecretId }));
      return DeletedDate ? 'deleted' : 'there';
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) return 'missing';
      if (isDenied(error)) return 'denied';
      throw error;
    }
  };

  return {
    look,
    async ensure(Name, make, Description) {
      try {
        await client.send(new aws.CreateSecretCommand({ Name, Description, SecretString: make() }));
        return 'made';
      } catch (error) {
        // The latter is what it says of a name whose secret is about to be deleted.
        if (!isNamed(error, 'ResourceExistsException', 'InvalidRequestException')) throw error;
        if ((await look(Name)) !== 'deleted') return 'kept';
        await client.send(new aws.RestoreSecretCommand({ SecretId: Name }));
        return 'restored';
      }
    },
    async read(SecretId, VersionStage = 'AWSCURRENT') {
      try {
        const answer = await client.send(new aws.GetSecretValueCommand({ SecretId, VersionStage }));
        const text = answer.SecretString?.trim();
        return text ? { text, madeAt: answer.CreatedDate ?? new Date(0) } : undefined;
      } catch (error) {
        if (isNamed(error, 'ResourceNotFoundException', 'InvalidRequestException')) return undefined;
        throw error;
      }
    },
    async renew(SecretId, SecretString) {
      await client.send(new aws.PutSecretValueCommand({ SecretId, SecretString }));
    },
    async remove(SecretId) {
      try {
        await client.send(new aws.DeleteSecretCommand({ SecretId, RecoveryWindowInDays: RECOVERY_DAYS }));
        return true;
      } catch (error) {
        if (isNamed(error, 'ResourceNotFoundException')) return false;
        // It was asked for before.
        if (isNamed(error, 'InvalidRequestException')) return true;
        throw error;
      }
    },
  };
}

const isNamed = (error: unknown, ...names: string[]): boolean => error instanceof Error && names.includes(error.name);

export const isDenied = (error: unknown): boolean => isNamed(error, 'AccessDenied', 'AccessDeniedException');
