import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import * as z from 'zod/mini';
import { HostTrouble } from '../host.ts';
import type { AppKey, Credentials } from './credentials.ts';
import { HostHttp, type Reach } from './http.ts';
import type { Wait } from './patience.ts';
import { isTrouble } from './trouble.ts';

/** Tokens last for an hour; one that soon ends is not begun with. */
const SPARE_MS = 5 * 60_000;
/** GitHub takes at most ten minutes, and clocks differ. */
const JWT_SECONDS = 9 * 60;
const CLOCKS_DIFFER_SECONDS = 60;

const Installation = z.object({ token: z.string(), expires_at: z.string() });

interface Kept {
  token: string;
  endsAt: number;
}

/** By App, installation and repository; a Lambda’s process asks once an hour. */
const kept = new Map<string, Promise<Kept>>();

/**
 * Lets calls in as a GitHub App’s installation, by tokens that reach this one repository only.
 * @see https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
 */
export function appCredentials(
  key: AppKey,
  repository: string,
  reach: Omit<Reach, keyof Credentials>,
  wait?: Wait,
): Credentials {
  const name = createHash('sha256')
    .update(JSON.stringify([reach.api, key, repository]))
    .digest('hex');
  const http = new HostHttp({ ...reach, authorization: async () => `Bearer ${jwtOf(key, Date.now())}` }, wait);
  return {
    async authorization() {
      const known = await kept.get(name)?.catch(() => undefined);
      if (known && known.endsAt - SPARE_MS > Date.now()) return `Bearer ${known.token}`;
      const asking = ask(http, key, repository);
      kept.set(name, asking);
      return `Bearer ${(await asking).token}`;
    },
    onRefused: () => kept.delete(name),
  };
}

async function ask(http: HostHttp, key: AppKey, repository: string): Promise<Kept> {
  try {
    const { token, expires_at } = await http.json(Installation, {
      method: 'POST',
      path: `/app/installations/${encodeURIComponent(key.installationId)}/access_tokens`,
      body: { repositories: [repository] },
      isRepeatable: true,
    });
    return { token, endsAt: Date.parse(expires_at) };
  } catch (error) {
    if (!isTrouble(error, 'unexpected', 'missing', 'denied')) throw error;
    throw new HostTrouble(
      'denied',
      `The GitHub App got no token for ${repository}: see that it is installed there, and that its key is right (${error.message})`,
    );
  }
}

/** @see https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
function jwtOf({ appId, privateKey }: AppKey, now: number): string {
  const at = Math.floor(now / 1000);
  const claims = { iat: at - CLOCKS_DIFFER_SECONDS, exp: at + JWT_SECONDS, iss: appId };
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), keyOf(privateKey)).toString('base64url')}`;
}

function keyOf(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new HostTrouble(
      'denied',
      'The private key of the GitHub App cannot be read: give the PEM file that GitHub made, whole',
    );
  }
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
