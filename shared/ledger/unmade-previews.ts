import { get, type Key, list, transact, update } from '../aws/table.ts';
import type { Preview } from './previews.ts';

/** A preview that a pull request should have and has not: its comment says why. */
export interface UnmadePreview
  extends Pick<Preview, 'pilot' | 'environment' | 'connection' | 'repository' | 'number' | 'commit'> {
  /** In words, as they stand in the comment. */
  reason: string;
  /** There may be a place later, or the operator’s file may be put right: it is tried again by itself. */
  isTriedAgain?: true;
  /** Since when (ISO) that commit has none: who waits longest is tried first. */
  since: string;
}

const UNMADE = 'UNMADE_PREVIEWS';
const DAYS = 90;

export const unmadeKey = ({ pilot, environment }: Pick<Preview, 'pilot' | 'environment'>): Key => ({
  pk: UNMADE,
  sk: `${pilot}#${environment}`,
});

export async function findUnmade(pilot: string, environment: string): Promise<UnmadePreview | undefined> {
  const row = await get<UnmadePreview & Key>(unmadeKey({ pilot, environment }));
  return row && withoutKey(row);
}

/** Whoever waits longest first. */
export const listUnmade = async (): Promise<UnmadePreview[]> =>
  (await list<UnmadePreview & Key>(UNMADE)).map(withoutKey).sort((one, other) => one.since.localeCompare(other.since));

function withoutKey(row: UnmadePreview & Key & { expiresAt?: number }): UnmadePreview {
  const { pk: _pk, sk: _sk, expiresAt: _expiry, ...unmade } = row;
  return unmade;
}

/** Of the same commit it waits since it was noted first. */
export async function noteUnmade(unmade: UnmadePreview): Promise<void> {
  const known = await findUnmade(unmade.pilot, unmade.environment);
  const since = known?.commit === unmade.commit ? known.since : unmade.since;
  const expiresAt = Math.floor(Date.parse(since) / 1000) + DAYS * 86_400;
  const entries = Object.entries({ ...unmade, since, expiresAt }).filter(([, value]) => value !== undefined);
  await update({
    key: unmadeKey(unmade),
    update: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(', ')}${unmade.isTriedAgain ? '' : ' REMOVE isTriedAgain'}`,
    names: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
  });
}

/** One that is gone already is no error. */
export async function forgetUnmade(of: Pick<Preview, 'pilot' | 'environment'>): Promise<void> {
  await transact([{ remove: unmadeKey(of) }]);
}
