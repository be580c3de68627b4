import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { Problem } from '../../shared/errors.ts';
import { busy } from '../ports.ts';
import { missingGit } from './command.ts';
import { type Fault, Faults } from './faults.ts';
import { Forge } from './forge.ts';
import { closePull, openPull, type PullAsked, reopenPull } from './pulls.ts';
import type { Comment, Deployment, Pull, Repository, Status } from './repository.ts';
import { createGitServer } from './server.ts';
import { type App, Tokens } from './tokens.ts';
import type { Delivery } from './webhooks.ts';

/** What repositories are named by: `git.localhost/acme/site`. */
export const HOST = 'git.localhost';

export interface GitOptions {
  /** Below it lie the bare repositories, as `acme/site.git`. */
  folder: string;
  /** On 127.0.0.1; 0 takes one that is free. */
  port: number;
  /** What the API wants to be shown; `test` unless said otherwise. */
  token?: string;
}

/** A git server of this machine, with the API and the webhooks of GitHub Enterprise Server. */
export interface LocalGit {
  port: number;
  /** What a connection calls the API: it ends in `/api/v3`. */
  api: string;
  token: string;
  /** Makes a repository, or opens the one that is there; `name` is such as `acme/site`. */
  createRepository(name: string): Promise<{ url: string; repository: string }>;
  /** All webhooks, oldest first, with what they were answered. */
  deliveries(): readonly Delivery[];
  /** When all webhooks that are on their way have been answered. */
  settled(): Promise<void>;
  /** Sends one again: the same bytes under the same id. */
  redeliver(delivery: Delivery): void;
  openPull(name: string, asked: PullAsked): Promise<Pull>;
  /** A merged one is really merged, which is a push to its base as well. */
  closePull(name: string, number: number, isMerged?: boolean): Promise<Pull>;
  /** With the commits that its branch has by now. */
  reopenPull(name: string, number: number): Promise<Pull>;
  /** Says something as somebody else would. */
  comment(name: string, on: Comment['on'], body: string): void;
  /** What the API was told of a repository, oldest first. */
  told(name: string): { statuses: readonly Status[]; comments: readonly Comment[]; deployments: readonly Deployment[] };
  /** Lets a GitHub App in, by tokens that it asks for. */
  install(app: App): void;
  /** Tokens that Apps were given count no more. */
  expireTokens(): void;
  /** Lets the next calls go wrong. */
  fail(fault: Fault): void;
  /** Whether webhooks are lost from now on. */
  silence(isSilent: boolean): void;
  stop(): Promise<void>;
}

/**
 * Serves bare repositories over HTTP with git’s own backend: whoever can reach this machine’s loopback may push.
 * @returns a problem where git is missing (`NO_GIT`), or something else has the port (`PORT_BUSY`)
 */
export async function startGit({
  folder,
  port,
  token = 'test',
}: GitOptions): Promise<{ git: LocalGit } | { problem: Problem }> {
  const missing = await missingGit();
  if (missing) return { problem: missing };
  await mkdir(folder, { recursive: true });
  const forge = new Forge(folder);
  const faults = new Faults();
  const tokens = new Tokens(token);
  const server = createGitServer(forge, faults, tokens);
  const listening = await new Promise<boolean>((known, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? known(false) : failed(error),
    );
    server.listen(port, '127.0.0.1', () => known(true));
  });
  if (!listening) return { problem: busy(port, 'PILOTAGE_GIT_PORT') };
  const { port: given } = server.address() as AddressInfo;
  // Pages are named as the repository is; the API by an address, since not every resolver knows names below localhost.
  const [origin, site] = [`http://127.0.0.1:${given}`, `http://${HOST}:${given}`];
  forge.addresses = { site, api: `${origin}/api/v3` };

  const known = (name: string): Repository => {
    const repository = forge.repository(name);
    if (!repository) throw new Error(`there is no repository ${name}`);
    return repository;
  };
  const git: LocalGit = {
    ...{ port: given, api: forge.addresses.api, token },
    async createRepository(name) {
      await forge.createRepository(name);
      return { url: `${origin}/${name}.git`, repository: `${HOST}/${name}` };
    },
    deliveries: () => forge.deliveries,
    settled: () => forge.settled(),
    redeliver: (delivery) => forge.redeliver(delivery),
    openPull: (name, asked) => openPull(forge, known(name), asked),
    closePull: (name, number, isMerged) => closePull(forge, known(name), number, isMerged),
    reopenPull: (name, number) => reopenPull(forge, known(name), number),
    comment(name, on, body) {
      const at = forge.now();
      known(name).comments.push({ id: forge.nextId(), on, body, createdAt: at, updatedAt: at });
    },
    told: known,
    install: (app) => tokens.install(app),
    expireTokens: () => tokens.expire(),
    fail: (fault) => faults.add(fault),
    silence(isSilent) {
      forge.isSilent = isSilent;
    },
    async stop() {
      await new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      });
      await forge.settled();
    },
  };
  return { git };
}
