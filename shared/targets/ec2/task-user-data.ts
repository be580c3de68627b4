import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { DECIDING_ALONE, INSTALLED, WORDS } from './install-words.ts';
import { fetchingSettings } from './settings-script.ts';
import type { Stack } from './stack.ts';
import { configuring, installing, mounting, packages, RELEASE, settings } from './user-data.ts';

/** Seconds after an instance's start within which its command is sent, or never. */
export const TO_COME_UP = 30 * 60;
/** Seconds that a command may take longer than it was given, until all that could end it has tried. */
const MARGIN = 20 * 60;

/** Seconds after its start at which an instance ends by itself, whatever has become of who started it. */
export const secondsToLive = (timeout: number): number => TO_COME_UP + timeout + MARGIN;

/**
 * What an instance does as it starts that is to run one command of a release: all that one of a group does, but for starting the
 * pilot; it serves nobody. It says in its log stream that it is installed, or why not, and ends where it is not.
 */
export function taskUserDataOf(plan: Plan, stack: Stack, timeout: number): string {
  const { mount } = detailOf(plan);
  return [
    `#!/bin/bash
# ${plan.pilot} in ${plan.environment}, release ${plan.release}, for one command. Written by Pilotage; cloud-init runs it once, as root.`,
    settings(plan, stack, { SECONDS_TO_LIVE: String(secondsToLive(timeout)) }),
    `# Nobody else may be there to end it.
systemd-run --quiet --on-active="$SECONDS_TO_LIVE" systemctl poweroff`,
    WORDS,
    DECIDING_ALONE,
    packages([], mount),
    ...(mount === undefined ? [] : [mounting(mount, stack)]),
    RELEASE,
    ...fetchingSettings(plan),
    installing(plan),
    configuring(plan, stack),
    `say ${JSON.stringify(INSTALLED.replace('pilotage: ', ''))}
decide CONTINUE
`,
  ].join('\n\n');
}
