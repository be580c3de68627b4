import { git } from './command.ts';
import { pullRequestPayload } from './payloads/pull-request.ts';
import { pushPayload } from './payloads/push.ts';
import { type Addresses, repositoryOf, userOf } from './payloads/repository.ts';
import { hookOf } from './payloads/told.ts';
import { changesBetween, NOTHING, type RefChange, refsOf } from './refs.ts';
import { fullNameOf, type Hook, openRepository, type Pull, type Repository } from './repository.ts';
import { type Delivery, deliver, type HookEvent, lastOf, signedRequest } from './webhooks.ts';

/** Beyond so many tags in one push GitHub tells of none of them. */
const MOST_TAGS = 3;

/** The repositories that are served, and the webhooks that they send. */
export class Forge {
  readonly root: string;
  addresses: Addresses = { site: '', api: '' };
  /** Webhooks are made, kept and not sent. */
  isSilent = false;
  /** All webhooks, oldest first. */
  readonly deliveries: Delivery[] = [];
  readonly #repositories = new Map<string, Repository>();
  /** Two may ask for the same one at once. */
  readonly #beingMade = new Map<string, Promise<Repository>>();
  readonly #underWay = new Set<Promise<unknown>>();
  /** By repository: pushes follow each other, so that each knows what it has changed. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #lastId = 1_000;
  #lastTime = 0;

  constructor(root: string) {
    this.root = root;
  }

  async createRepository(fullName: string): Promise<Repository> {
    const known = this.repository(fullName);
    if (known) return known;
    const making = this.#beingMade.get(fullName) ?? this.#make(fullName);
    this.#beingMade.set(fullName, making);
    return making;
  }

  async #make(fullName: string): Promise<Repository> {
    try {
      const made = await openRepository(this.root, fullName, this.nextId(), this.now());
      this.#repositories.set(fullName, made);
      return made;
    } finally {
      this.#beingMade.delete(fullName);
    }
  }

  repository(fullName: string): Repository | undefined {
    return this.#repositories.get(fullName);
  }

  /** All that are served, in the order in which they were made. */
  repositories(): Repository[] {
    return [...this.#repositories.values()];
  }

  nextId(): number {
    return ++this.#lastId;
  }

  /** Never the same twice: what is written later is told to be later. */
  now(): Date {
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1);
    return new Date(this.#lastTime);
  }

  /** Does what may change refs, and tells each hook of those that it has changed. */
  async changing<Result>(repository: Repository, work: () => Promise<Result>): Promise<Result> {
    const name = fullNameOf(repository);
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(async () => {
      const before = await refsOf(repository.folder);
      try {
        return await work();
      } finally {
        await this.#tellOf(repository, changesBetween(before, await refsOf(repository.folder)));
      }
    });
    this.#turns.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async #tellOf(repository: Repository, changes: RefChange[]): Promise<void> {
    if (changes.length) repository.pushedAt = this.now();
    const tags = changes.filter(({ ref }) => ref.startsWith('refs/tags/'));
    for (const change of changes) {
      if (tags.length > MOST_TAGS && tags.includes(change)) continue;
      await this.tell(repository, 'push', await pushPayload(repository, change, this.addresses));
      await this.#follow(repository, change);
    }
  }

  /** Pull requests have the commits that their branch has. */
  async #follow(repository: Repository, { ref, before, after }: RefChange): Promise<void> {
    for (const host of this.#repositories.values())
      for (const pull of host.pulls) {
        if (pull.state !== 'open' || pull.head.from !== repository || ref !== `refs/heads/${pull.head.branch}`)
          continue;
        if (after === NOTHING) continue;
        await this.fetchHead(host, pull);
        Object.assign(pull, { updatedAt: this.now(), head: { ...pull.head, sha: after } });
        const change = { action: 'synchronize', before, after } as const;
        await this.tell(host, 'pull_request', await pullRequestPayload(host, pull, change, this.addresses));
      }
  }

  /** Commits of somebody else’s copy are in this repository as well, below `refs/pull`. */
  async fetchHead(repository: Repository, { number, head }: Pick<Pull, 'number' | 'head'>): Promise<void> {
    const spec = `+refs/heads/${head.branch}:refs/pull/${number}/head`;
    await git(repository.folder, ['fetch', '--quiet', '--no-tags', head.from.folder, spec]);
  }

  /** Makes a webhook for each hook that wants to hear of it, and sends it on its way. */
  async tell(repository: Repository, event: HookEvent, payload: Record<string, unknown>): Promise<void> {
    for (const hook of repository.hooks)
      if (hook.active && (hook.events.includes('*') || hook.events.includes(event)))
        this.#send(hook, signedRequest(repository, hook, event, payload));
  }

  async ping(repository: Repository, hook: Hook): Promise<void> {
    const payload = {
      ...{ zen: 'Keep it logically awesome.', hook_id: hook.id, hook: hookOf(repository, hook, this.addresses) },
      repository: await repositoryOf(repository, this.addresses),
      sender: userOf(repository.owner, this.addresses),
    };
    this.#send(hook, signedRequest(repository, hook, 'ping', payload));
  }

  /** Sends a webhook again, as the button on GitHub’s page does: the same bytes under the same id. */
  redeliver({ hook, repository, event, payload, guid }: Delivery): void {
    const at = this.repository(repository);
    const now = at?.hooks.find(({ id }) => id === hook);
    if (at && now) this.#send(now, signedRequest(at, now, event, payload, guid), true);
  }

  /** When all webhooks that are on their way have been answered. */
  async settled(): Promise<void> {
    while (this.#underWay.size) await Promise.all(this.#underWay);
  }

  #send(hook: Hook, signed: ReturnType<typeof signedRequest>, redelivery = false): void {
    const { action } = signed.payload;
    const delivery: Delivery = {
      ...signed,
      ...{ id: this.nextId(), at: this.now(), redelivery, ...(typeof action === 'string' && { action }) },
    };
    this.deliveries.push(delivery);
    if (this.isSilent) {
      delivery.trouble = 'lost';
      return;
    }
    const sending = deliver(delivery).then(() => {
      hook.last = lastOf(delivery);
      this.#underWay.delete(sending);
    });
    this.#underWay.add(sending);
  }
}
