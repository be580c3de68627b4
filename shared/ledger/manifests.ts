import { get, type Key, list, transact, update, type Write } from '../aws/table.ts';
import type { Resolved } from '../manifest/complete.ts';
import { canonicalJson } from '../manifest/digest.ts';
import type { Plan } from '../targets/target.ts';
import { partition } from './keys.ts';

/** The resolved manifest that a release was planned from. */
interface Row extends Key {
  /** Canonical JSON. It cannot outgrow a row (400 KB): from 64 KiB of YAML come less than 200. */
  manifest?: string;
  /** Seconds since 1970; DynamoDB removes the row some time after. */
  expiresAt: number;
  /** What `expiresAt` is to be from the day on that the release was live. */
  keptUntil?: number;
  /** The removal of its environment that is about to remove it, unless it is planned from anew. */
  forgottenBy?: string;
}

type OfRelease = Pick<Plan, 'pilot' | 'environment' | 'release'>;

/** A release that never goes live is forgotten after this long; its deployment has ended long before. */
const NEVER_LIVE_DAYS = 30;

/** The year 9999: until somebody removes it. */
const FOR_EVER = 253_370_764_800;

export const manifestKey = ({ pilot, environment, release }: OfRelease): Key => ({
  pk: partition(pilot, environment),
  sk: `MANIFEST#${release}`,
});

/** The write that keeps the manifest of a release; the same release has always the same one. */
export const manifestPlanned = (plan: OfRelease, manifest: Resolved): Write => ({
  key: manifestKey(plan),
  update: 'SET manifest = :manifest, expiresAt = if_not_exists(keptUntil, :soon) REMOVE forgottenBy',
  values: {
    ':manifest': canonicalJson(manifest),
    ':soon': soon(),
  },
});

/** The write that keeps it as long as the release, for the transaction that records the release as live. */
export const manifestLive = (plan: OfRelease): Write => ({
  key: manifestKey(plan),
  update: 'SET keptUntil = :ever, expiresAt = :ever',
  values: { ':ever': FOR_EVER },
});

/** Undefined where the release was planned by a Pilotage that kept none. */
export async function findManifest(plan: OfRelease): Promise<Resolved | undefined> {
  const row = await get<Row>(manifestKey(plan));
  return row?.manifest === undefined ? undefined : (JSON.parse(row.manifest) as Resolved);
}

/**
 * Forgets the manifests of an environment, but for those that somebody plans from: each is marked, then it is asked who has
 * planned from one, and what is planned from one after that takes the mark away.
 * @param by the removal that forgets them.
 * @param inUse the names under which others go by theirs; asked once all are marked.
 */
export async function forgetManifests(
  { pilot, environment }: Pick<Plan, 'pilot' | 'environment'>,
  by: string,
  inUse: () => Promise<string[]>,
): Promise<void> {
  const rows = await list<Row>(partition(pilot, environment), 'MANIFEST#', MOST);
  for (const { pk, sk } of rows)
    await update({
      key: { pk, sk },
      update: 'SET forgottenBy = :by, expiresAt = :soon REMOVE keptUntil',
      condition: 'attribute_exists(pk)',
      values: { ':by': by, ':soon': soon() },
    });
  const names = (await inUse()).map((release) => manifestKey({ pilot, environment, release }).sk);
  for (const { pk, sk } of rows)
    if (!names.includes(sk))
      await transact([{ remove: { pk, sk }, condition: 'forgottenBy = :by', values: { ':by': by } }]);
}

const MOST = 10_000;
const soon = (): number => Math.round(Date.now() / 1000) + NEVER_LIVE_DAYS * 86_400;
