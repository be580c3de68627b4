import { HostTrouble } from '../host.ts';

/** What lets calls in: the Authorization header’s value, and what is to be done where it was refused. */
export interface Credentials {
  authorization(): Promise<string | undefined>;
  onRefused?(): void;
}

/** A GitHub App as one repository’s owner installed it. */
export interface AppKey {
  appId: string;
  installationId: string;
  /** PEM. */
  privateKey: string;
}

/** A token as text. Bitbucket’s tokens for an API are used with a name: `name:token` is sent as such. */
export function credentialsOf(token: string | undefined, allowsName: boolean): Credentials {
  const text = token?.trim();
  if (!text) return { authorization: async () => undefined };
  if (text.startsWith('{')) throw new HostTrouble('denied', 'Only GitHub has Apps: give a token as text');
  if (/[^\x21-\x7e]/.test(text))
    throw new HostTrouble('denied', 'The token holds a blank or no ASCII: give one token, on one line');
  const value = allowsName && text.includes(':') ? `Basic ${Buffer.from(text).toString('base64')}` : `Bearer ${text}`;
  return { authorization: async () => value };
}

/** The GitHub App that a secret describes; undefined where it is a token. @throws HostTrouble for JSON of another shape. */
export function appKeyOf(token: string | undefined): AppKey | undefined {
  if (!token?.trimStart().startsWith('{')) return undefined;
  const { appId, installationId, privateKey } = parsed(token);
  if (!isId(appId) || !isId(installationId) || typeof privateKey !== 'string') {
    throw new HostTrouble(
      'denied',
      'The secret of the GitHub App must be JSON with appId, installationId and privateKey',
    );
  }
  return { appId: String(appId), installationId: String(installationId), privateKey };
}

const isId = (value: unknown): boolean =>
  ['string', 'number'].includes(typeof value) && /^[\w.-]+$/.test(String(value));

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
