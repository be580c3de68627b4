import { setting } from '../aws/config.ts';
import { remembering } from './remembering.ts';

/** How long the secret before the current one counts. */
const OVERLAP_HOURS = 24;

interface WebhookSecrets {
  current?: string;
  previous?: string;
  /** Milliseconds since 1970: until then `previous` counts. */
  previousUntil: number;
}

/** The secret that webhooks of a connection are signed with, by its name in Secrets Manager. */
export const webhookSecretId = (connection: string): string => `${setting('INSTALLATION')}/git/${connection}/webhook`;

/** What the provider’s API is called with: a token, or the key of a GitHub App. */
export const tokenId = (connection: string): string => `${setting('INSTALLATION')}/git/${connection}/token`;

const rememberedSecrets = remembering(300, readWebhookSecrets);
const rememberedToken = remembering(60, async (connection) => {
  const { readSecretVersion } = await import('../aws/secret-versions.ts');
  return textOf(await readSecretVersion(tokenId(connection), 'AWSCURRENT'));
});

/**
 * The secrets of a connection, by each of which a webhook may be signed now: the current one, and for a day the one
 * before it. Kept in memory for five minutes. What it tells belongs in no log, message or error.
 * @param within no older than so many seconds; 10 where a signature fitted none of them: one may have been changed.
 */
export async function webhookSecrets(connection: string, within?: number): Promise<string[]> {
  const { current, previous, previousUntil } = await rememberedSecrets(connection, within);
  const counting = [current, Date.now() < previousUntil ? previous : undefined];
  return counting.filter((secret) => secret !== undefined);
}

/**
 * The text of a connection’s token, kept in memory for a minute; undefined where it has none.
 * @param within no older than so many seconds; 0 where the provider refused it: it may have been changed.
 */
export const tokenOf = (connection: string, within?: number): Promise<string | undefined> =>
  rememberedToken(connection, within);

async function readWebhookSecrets(connection: string): Promise<WebhookSecrets> {
  const { readSecretVersion } = await import('../aws/secret-versions.ts');
  const id = webhookSecretId(connection);
  const now = await readSecretVersion(id, 'AWSCURRENT');
  const current = textOf(now);
  const previousUntil = now ? Date.parse(now.madeAt) + OVERLAP_HOURS * 3_600_000 : 0;
  const before = previousUntil > Date.now() ? await readSecretVersion(id, 'AWSPREVIOUS') : undefined;
  const previous = textOf(before);
  return { ...(current !== undefined && { current }), ...(previous !== undefined && { previous }), previousUntil };
}

/** Without what files and forms add at its ends. Anybody could sign with an empty one: that is none. */
const textOf = (version: { text: string } | undefined): string | undefined => version?.text.trim() || undefined;
