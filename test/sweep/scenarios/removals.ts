import { besidePreview, layPreview } from '../preview.ts';
import type { Stage } from '../stage.ts';
import { whenEnded } from './happenings.ts';
import type { Scenario } from './scenario.ts';

/** Whoever keeps previews asks again where one could not be removed: as often, and after such a pause. */
const TIMES = 8;
const PAUSE_MS = 300_000;

/** Asks that the preview goes until it is gone. */
async function removeUntilGone(stage: Stage): Promise<void> {
  const { bus, clock } = stage.world;
  for (let tried = 0; tried < TIMES; tried += 1) {
    if (tried > 0) await clock.sleep(PAUSE_MS);
    const deployment = await stage.remove();
    await whenEnded(stage);
    const ended = bus.events.some(
      (event) => event['detail-type'] === 'DeploymentSucceeded' && event.detail.deployment === deployment,
    );
    if (deployment !== undefined && ended) return;
  }
}

const removal = (name: string, about: string, after: string): Scenario => ({
  name,
  about,
  after: [after],
  isLong: true,
  play: (stage) => {
    layPreview(stage.world);
    stage.beside = besidePreview(stage.world);
    stage.at(1, () => removeUntilGone(stage));
  },
});

/** Stories of a preview that goes, beside the same pilot in production. */
export const OF_REMOVALS: Scenario[] = [
  removal('remove', 'the preview of a site is removed', 'first'),
  removal('ecs-remove', 'the preview of a service is removed', 'ecs-first'),
];
