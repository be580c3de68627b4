import type { Ref } from './told.ts';

/** How a commit fares, as its provider shows it. */
export interface CommitStatus {
  /** One for each pilot and environment: the same name takes the place of what was told before. */
  name: string;
  state: 'pending' | 'success' | 'failure' | 'error';
  /** One line of at most 140 characters. */
  text: string;
  /** Where there is more, or where the release answers. */
  url?: string;
}

/** How a deployment fares, as a provider shows it that keeps deployments beside statuses. */
export interface ShownDeployment {
  /** Ours; it is found again by it. */
  id: string;
  commit: string;
  /** Such as `acme-shop/production`. */
  environment: string;
  isProduction: boolean;
  state: 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
  /** One line of at most 140 characters. */
  text: string;
  /** Where the release answers. */
  url?: string;
  /** Where its log can be read. */
  log?: string;
}

/** Tags whose names begin alike. */
export interface TagsNow {
  names: string[];
  /** False where there are more than these, which are then the ones of the newest commits as far as the provider sorts them. */
  isWhole: boolean;
}

/** A pull request, or a merge request, as its provider shows it now. */
export interface PullRequestNow {
  number: number;
  isOpen: boolean;
  /** Closed because it was merged. */
  merged: boolean;
  /** `commit`: 40 or 64 hex digits, of which Bitbucket Cloud shows the first twelve. */
  head: { commit: string; branch: string };
  /** The branch that it is to be merged into. */
  base: string;
  /** Its head lies in another repository, whose code is not trusted. */
  isForeign: boolean;
  /** When something of it changed last, as ISO 8601 in UTC. */
  updatedAt: string;
}

/** Where a webhook is to be sent, and how it is signed. */
export interface Hook {
  url: string;
  secret: string;
}

/** The same as what the provider keeps of it. */
export interface HookNow {
  id: string;
  url: string;
  isActive: boolean;
}

/**
 * A repository at its provider, as one connection reaches it. Each call is made again a few times where the
 * provider is busy or cannot be reached, and has a deadline.
 * @throws HostTrouble
 */
export interface GitHost {
  /** The commit that a ref points to now, a tag’s own commit where it is annotated; undefined where there is no such ref. */
  head(ref: Ref): Promise<string | undefined>;
  /** The id of an annotated tag’s own object; undefined where it has none, and where the provider does not tell. */
  tagObject(name: string): Promise<string | undefined>;
  /** The tags whose names begin so, by one call; undefined where there are too many to be told. */
  tags(prefix: string): Promise<TagsNow | undefined>;
  /** The whole message of a commit; undefined where there is no such commit. */
  messageOf(commit: string): Promise<string | undefined>;
  /** The branch that the provider calls the default. @throws HostTrouble `missing` where it has none: it is empty. */
  defaultBranch(): Promise<string>;
  /** Undefined where there is no such pull request, or none of its commits is shown. */
  pullRequest(number: number): Promise<PullRequestNow | undefined>;
  /** Those that are open, the latest changed first, as far as three calls show them: more than 150 are not told. */
  openPullRequests(): Promise<PullRequestNow[]>;
  /** A file’s bytes at a commit; undefined where there is none, also where there is no such commit. */
  fileAt(commit: string, path: string): Promise<Uint8Array | undefined>;
  /** Paths that differ between two commits; undefined where that cannot be told, or is too much to be told. */
  changedPaths(before: string, commit: string): Promise<string[] | undefined>;
  /** Writes the zip of a commit into a file; everything in it lies in one folder. Throws `too-large` beyond so many bytes. */
  archive(commit: string, file: string, limit: number): Promise<void>;
  /** Tells how a commit fares. */
  setStatus(commit: string, status: CommitStatus): Promise<void>;
  /** Shows a deployment as it is now, once for each id; only where the provider keeps deployments. */
  showDeployment?(deployment: ShownDeployment): Promise<void>;
  /** Tells it to those who read the commit, once for each mark; one that is there with that mark is changed. */
  commentOnCommit(commit: string, mark: string, markdown: string): Promise<void>;
  /** The same below a pull request. */
  commentOnPullRequest(number: number, mark: string, markdown: string): Promise<void>;
  /** The webhooks that lead to that URL. */
  hooks(url: string): Promise<HookNow[]>;
  /** Makes the webhook, or changes the one with that URL: active, with that secret, for pushes, tags and pull requests. */
  putHook(hook: Hook): Promise<HookNow>;
  removeHook(id: string): Promise<void>;
}

export type HostFault = 'denied' | 'missing' | 'limited' | 'unavailable' | 'unexpected' | 'too-large';

/** What a provider answered that was no use: `denied` its token, `missing` the repository or what was asked for, `limited` too many calls. */
export class HostTrouble extends Error {
  readonly fault: HostFault;
  constructor(fault: HostFault, message: string) {
    super(message);
    this.fault = fault;
  }
}
