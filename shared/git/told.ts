/** Who runs a repository: their webhooks and APIs differ. `bitbucket-server` is Bitbucket Data Center. */
export const PROVIDERS = ['github', 'gitlab', 'bitbucket', 'bitbucket-server'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** A branch or a tag, without `refs/heads/`. */
export interface Ref {
  kind: 'branch' | 'tag';
  name: string;
}

/** A webhook as it came: its headers by lower-case names, and the bytes that were signed. */
export interface Delivery {
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
}

/** A branch or tag that points to another commit than before. */
export interface PushTold {
  told: 'push';
  ref: Ref;
  /** The commit that it points to now: 40 or 64 hex digits. */
  commit: string;
  /** The commit that it pointed to before; absent where it is new. */
  before?: string;
  /** Whether the one before is no ancestor, where that is told. */
  forced?: boolean;
  /** The first line of the commit’s message, where it is told. */
  message?: string;
  /** Who pushed, by their name at the provider. */
  by?: string;
}

/** A pull request, or a merge request: opened, given other commits, or closed. */
export interface PullRequestTold {
  told: 'pull-request';
  number: number;
  change: 'opened' | 'changed' | 'closed';
  /** Closed because it was merged. */
  merged: boolean;
  head: { commit: string; branch: string };
  /** The branch that it is to be merged into. */
  base: string;
  /** Its head lies in another repository, whose code is not trusted. */
  isForeign: boolean;
  title: string;
  by?: string;
}

/** What a webhook says, once it is known to be signed. */
export type Told =
  | PushTold
  | PullRequestTold
  /** The provider asks whether anybody listens. */
  | { told: 'ping' }
  /** Right, and nothing for us: why, in words. */
  | { told: 'ignored'; why: string }
  /** Not what the provider documents. */
  | { told: 'fault'; why: string };

/** What is read of a delivery: the repository that it is of, as `host/owner/name`, and what it tells. */
export interface Reading {
  /** Absent where it names none. */
  repository?: string;
  /** At least one; Bitbucket tells several refs at once. */
  told: Told[];
}

/** How webhooks of one provider are verified and read. Pure. */
export interface WebhookReader {
  /**
   * Whether one of the secrets signed these bytes (or, where the provider knows no signature, is the token that they
   * came with); compared in constant time.
   */
  isSigned(delivery: Delivery, secrets: readonly string[]): boolean;
  /** What it says. Only to be asked about what is signed. */
  read(delivery: Delivery): Reading;
}
