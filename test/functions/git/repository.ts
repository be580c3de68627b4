import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { PushTold } from '../../../shared/git/told.ts';
import { type Connection, connectionId, keepConnection } from '../../../shared/ledger/connections.ts';
import { findPush, type Push, recordPush } from '../../../shared/ledger/pushes.ts';
import { gitManifest, REPOSITORY } from '../../git/reading/manifests.ts';
import { type FakeGitHost, type FakeRepository, serveGitHub } from '../../support/github-api.ts';
import type { Stage } from '../../support/stage.ts';

export const [OLD, NEW, NEXT] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];

/** A connected repository, as its provider and the ledger have it at first: main at NEW, with the manifest of acme-shop. */
export interface Connected {
  host: FakeGitHost;
  repository: FakeRepository;
  connection: Connection;
  /** Records a push as the webhook does. */
  push(more?: Partial<PushTold>, at?: Date): Promise<Push>;
  now(push: Push): Promise<Push | undefined>;
}

export async function connected(stage: Stage, host: FakeGitHost, more: Partial<Connection> = {}): Promise<Connected> {
  const repository: FakeRepository = {
    defaultBranch: 'main',
    branches: { main: NEW },
    tags: {},
    messages: {},
    files: { [NEW]: { 'pilot.yaml': gitManifest('acme-shop') } },
    changed: {},
  };
  host.repositories = { 'acme/shop': repository };
  host.refusing = 0;
  host.asked.length = 0;
  const connection: Connection = {
    id: connectionId(REPOSITORY),
    provider: 'github',
    repository: REPOSITORY,
    api: host.api,
    pilots: [{ pilot: 'acme-shop', manifest: 'pilot.yaml' }],
    createdAt: '2026-01-02T03:04:05.000Z',
    by: 'ada@laptop',
    ...more,
  };
  await keepConnection(connection);
  await allow(stage, { 'acme-shop': [REPOSITORY] });
  return {
    host,
    repository,
    connection,
    async push(told = {}, at = new Date()) {
      const recorded = await recordPush({
        connection: connection.id,
        repository: REPOSITORY,
        push: { told: 'push', ref: { kind: 'branch', name: 'main' }, commit: NEW, before: OLD, ...told },
        via: 'webhook',
        at,
      });
      if (recorded.outcome !== 'recorded') throw new Error('it was recorded before');
      return recorded.push;
    },
    now: ({ id }) => findPush(id),
  };
}

/** What the operator allows. */
export const allow = (stage: Stage, repositories: Record<string, string[]>) =>
  stage.s3.send(
    new PutObjectCommand({
      Bucket: stage.manifests,
      Key: 'operator.yaml',
      Body: JSON.stringify({
        apiVersion: 'pilotage/v1',
        pilots: Object.fromEntries(
          Object.entries(repositories).map(([pilot, some]) => [pilot, { repositories: some }]),
        ),
      }),
    }),
  );

/** GitHub at the wire, and the settings that the stack gives. */
export async function gitStage(): Promise<FakeGitHost> {
  process.env.INSTALLATION = 'pilotage-test';
  return serveGitHub();
}
