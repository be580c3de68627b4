import { SITES as BUCKET } from '../names.ts';
import { PILOT, type SiteName } from '../sites.ts';
import type { Stage } from '../stage.ts';

/** Somebody without business there removes a page of every release but the live one, until Verify has looked. */
export function vanish({ world }: Stage): void {
  const { buckets, engine, values, clock } = world;
  const remove = () => {
    const verified = [...engine.executions.values()].some(({ visits }) =>
      visits.some(({ state }) => state === 'Verify'),
    );
    const live = values.now.keys.get(PILOT) ?? '';
    for (const path of buckets.objects.keys()) {
      const [, release] = /\/r\/([0-9a-f]+)\/about\.html$/.exec(path) ?? [];
      if (release && !live.includes(release) && buckets.newest(path))
        buckets.remove(BUCKET, path.slice(BUCKET.length + 1));
    }
    if (!verified || clock.now() - world.start < 5_000) clock.after(20, remove);
  };
  clock.after(20, remove);
}

/** Does something as soon as viewers get a content. */
export function whenVisited({ world }: Stage, site: SiteName, act: () => void): void {
  const look = () => {
    const { sites } = world.pointers.at(-1)?.seen ?? world.blue;
    if (Object.values(sites).includes(site)) act();
    else world.clock.after(500, look);
  };
  world.clock.after(500, look);
}

/** Databases are looked after whose restore was cut off; each minute, so that each run has such a round before its end. */
export function lookAfterDatabases({ world: { clock, lambda } }: Stage): void {
  const round = () => {
    lambda.deliver('backups-protect', {});
    clock.after(MINUTE_MS, round);
  };
  clock.after(MINUTE_MS, round);
}

const MINUTE_MS = 60_000;

/** Waits until no execution runs, or for as long as a person would; who has just asked is given a moment. */
export async function whenEnded({ world: { clock, engine } }: Stage): Promise<void> {
  const by = clock.now() + HOUR_MS;
  do await clock.sleep(10_000);
  while (clock.now() < by && [...engine.executions.values()].some(({ status }) => status === 'RUNNING'));
}

const HOUR_MS = 3_600_000;

/** Somebody stops the execution, in the console of Step Functions, a moment after the first such call is made. */
export function stopAt({ world }: Stage, name: string): void {
  const { clock, engine, network } = world;
  network.watch = (call) => {
    if (call.name !== name) return;
    network.watch = () => undefined;
    clock.after(30, () => engine.stop(call.deployment ?? ''));
  };
}
