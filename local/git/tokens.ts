import { createPublicKey, type KeyObject, randomBytes, verify } from 'node:crypto';

/** A GitHub App that is installed here, as its installation. */
export interface App {
  appId: string;
  installationId: string;
  /** PEM: what its tokens are asked for is signed with the other half. */
  publicKey: string;
}

const HOUR = 3_600_000;
/** https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
const LONGEST_SECONDS = 600;

/** Who may call: whoever shows the token, and Apps by tokens of their own that last an hour. */
export class Tokens {
  /** What people call by. */
  readonly own: string;
  readonly #apps = new Map<string, { appId: string; key: KeyObject }>();
  readonly #given = new Map<string, { names: string[] | undefined; until: number }>();

  constructor(token: string) {
    this.own = token;
  }

  install({ appId, installationId, publicKey }: App): void {
    this.#apps.set(installationId, { appId, key: createPublicKey(publicKey) });
  }

  /** Whether the header’s token is right, and reaches a repository of that name. */
  allows(authorization: string, name: string, now: number): boolean {
    const [, token = ''] = /^(?:bearer|token) (\S+)$/i.exec(authorization) ?? [];
    if (token === this.own) return true;
    const given = this.#given.get(token);
    return given !== undefined && given.until > now && (given.names?.includes(name) ?? true);
  }

  /** A token for an installation, where an App’s own signature asks for it. */
  give(installationId: string, authorization: string, names: string[] | undefined, now: number) {
    const app = this.#apps.get(installationId);
    const [, jwt = ''] = /^bearer (\S+)$/i.exec(authorization) ?? [];
    if (!app || !isSigned(jwt, app, Math.floor(now / 1_000))) return undefined;
    const token = `ghs_${randomBytes(18).toString('hex')}`;
    this.#given.set(token, { names, until: now + HOUR });
    return { token, expires_at: `${new Date(now + HOUR).toISOString().slice(0, 19)}Z` };
  }

  /** As after an hour. */
  expire(): void {
    this.#given.clear();
  }
}

function isSigned(jwt: string, { appId, key }: { appId: string; key: KeyObject }, now: number): boolean {
  const [head = '', claims = '', signature = ''] = jwt.split('.');
  if (!verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url'))) return false;
  const { iss, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  return String(iss) === appId && iat <= now && exp > now && exp - now <= LONGEST_SECONDS;
}
