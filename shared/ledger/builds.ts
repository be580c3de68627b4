import { get, type Key, update } from '../aws/table.ts';
import type { Built } from '../building/provenance.ts';

/**
 * Builds by what goes into them, one row each: who makes it, and what came of it. Whoever wants the same finds it here, and
 * waits for it or takes it. Of each attempt there is one that acts: what is told of an earlier one changes nothing.
 */
export interface BuildRow {
  key: string;
  /** Counts from 1. */
  attempt: number;
  /** The deployment that makes it, and in whose environment; it alone stops it. */
  by: string;
  at: string;
  state: 'building' | 'done' | 'failed';
  /** The version of the zip that is built from. */
  source?: string;
  /** When CodeBuild was about to be asked for it (ISO): it may run, though nobody knows its id. */
  asked?: string;
  /** CodeBuild’s id of it. */
  build?: string;
  built?: Built;
  failure?: { code: string; reason: string };
}

type Row = BuildRow & Key & { expiresAt?: number };

/** What was built is kept as long in S3 (stack/storage.yml). */
const KEPT_DAYS = 90;

const buildKey = (pilot: string, key: string): Key => ({ pk: `BUILDS#${pilot}`, sk: key });

export const findBuildRow = (pilot: string, key: string): Promise<BuildRow | undefined> =>
  get<Row>(buildKey(pilot, key));

/**
 * Says that a deployment makes this build, where nobody does.
 * @returns the row as it stands: it is ours where `by` is.
 */
export function claimBuild(pilot: string, key: string, by: string): Promise<BuildRow> {
  return claim(pilot, key, by, 1, 'attribute_not_exists(pk)', {});
}

/** The next attempt at a build, where it still stands as it was seen: it failed, or what came of it is gone. */
export function claimAgain(pilot: string, seen: BuildRow, by: string): Promise<BuildRow> {
  return claim(pilot, seen.key, by, seen.attempt + 1, 'attempt = :seen', { ':seen': seen.attempt });
}

async function claim(
  pilot: string,
  key: string,
  by: string,
  attempt: number,
  condition: string,
  seen: Record<string, number>,
): Promise<BuildRow> {
  const claimed = await update<Row>({
    key: buildKey(pilot, key),
    update:
      'SET #key = :key, attempt = :attempt, #by = :by, #at = :now, #state = :building, expiresAt = :soon REMOVE #source, asked, build, built, failure',
    condition,
    names: { '#key': 'key', '#by': 'by', '#at': 'at', '#state': 'state', '#source': 'source' },
    values: {
      ...{ ':key': key, ':attempt': attempt, ':by': by, ':now': new Date().toISOString(), ':building': 'building' },
      ...{ ':soon': Math.round(Date.now() / 1000) + KEPT_DAYS * 86_400, ...seen },
    },
  });
  if (!claimed.now) throw new Error('the build was forgotten while it was read');
  return claimed.now;
}

/**
 * Keeps which version of the zip an attempt is built from. The first that was brought counts: asked for twice under one token
 * with two of them, CodeBuild would refuse the second.
 * @returns the row after it; undefined where that attempt is over.
 */
export async function noteSource(
  pilot: string,
  { key, attempt }: BuildRow,
  source: string,
): Promise<BuildRow | undefined> {
  const written = await update<Row>({
    key: buildKey(pilot, key),
    update: 'SET #source = if_not_exists(#source, :source)',
    condition: 'attempt = :seen AND #state = :building',
    names: { '#source': 'source', '#state': 'state' },
    values: { ':source': source, ':seen': attempt, ':building': 'building' },
  });
  return written.applied ? written.now : undefined;
}

/**
 * Keeps how far an attempt is, while it is the one that acts.
 * @returns the row after it; undefined where that attempt is over: it ended, was given up, or is made again.
 */
export async function noteBuild(
  pilot: string,
  { key, attempt }: BuildRow,
  noted: Partial<Pick<BuildRow, 'asked' | 'build' | 'state' | 'built' | 'failure'>>,
): Promise<BuildRow | undefined> {
  const names = Object.keys(noted);
  const written = await update<Row>({
    key: buildKey(pilot, key),
    update: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    condition: 'attempt = :seen AND #state = :building',
    names: { ...Object.fromEntries(names.map((name) => [`#${name}`, name])), '#state': 'state' },
    values: {
      ...Object.fromEntries(Object.entries(noted).map(([name, value]) => [`:${name}`, value])),
      ':seen': attempt,
      ':building': 'building',
    },
  });
  return written.applied ? written.now : undefined;
}
