import type { Where } from './aws.ts';
import { type Build, deepLink, lasted, type Phase } from './build.ts';

/** Sep 1, 2017 4:12:29 PM */
const FORMAT = new Intl.DateTimeFormat('en-US', {
  ...{ month: 'short', day: 'numeric', year: 'numeric', timeZone: 'UTC' },
  ...{ hour: 'numeric', minute: '2-digit', second: '2-digit', hour12: true },
});
const timeOf = (at: Date): string => FORMAT.format(at).replace(/\u202f/g, ' ');

type Event = { type: string; detail: Record<string, unknown> };

/** https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications-ref.html */
export const stateChange = (build: Build, region: string): Event => ({
  type: 'CodeBuild Build State Change',
  detail: {
    'build-status': build.status,
    'project-name': build.order.project,
    'build-id': build.arn,
    'additional-information': information(build, region),
    'current-phase': build.phases.at(-1)?.phaseType,
    'current-phase-context': contextOf(build.phases.at(-1)),
    version: '1',
  },
});

export const phaseChange = (build: Build, phase: Phase, region: string): Event => ({
  type: 'CodeBuild Build Phase Change',
  detail: {
    'completed-phase': phase.phaseType,
    'completed-phase-status': phase.phaseStatus,
    'completed-phase-start': timeOf(phase.startTime),
    'completed-phase-end': timeOf(phase.endTime ?? phase.startTime),
    'completed-phase-duration-seconds': lasted(phase.startTime, phase.endTime ?? phase.startTime),
    'completed-phase-context': contextOf(phase),
    'project-name': build.order.project,
    'build-id': build.arn,
    'additional-information': information(build, region),
    version: '1',
  },
});

const contextOf = (phase: Phase | undefined): string =>
  `[${phase?.contexts.map(({ statusCode, message }) => `${statusCode}: ${message}`).join(', ') || ': '}]`;

function information({ order, ...build }: Build, region: string): Record<string, unknown> {
  const { environment } = order;
  return {
    ...(build.artifact && { artifact: build.artifact }),
    environment: {
      image: environment.image,
      'privileged-mode': environment.privilegedMode ?? false,
      'compute-type': environment.computeType,
      type: environment.type,
      'environment-variables': environment.environmentVariables ?? [],
    },
    'timeout-in-minutes': order.timeoutInMinutes,
    'build-complete': build.endTime !== undefined,
    'build-number': build.number,
    initiator: build.initiator,
    'build-start-time': timeOf(build.startTime),
    source: { location: order.source.location, type: order.source.type },
    ...(order.sourceVersion && { 'source-version': order.sourceVersion }),
    ...(build.logs && {
      logs: {
        'group-name': build.logs.group,
        'stream-name': build.logs.stream,
        'deep-link': deepLink(build.logs, region),
      },
    }),
    phases: build.phases.map((phase) => ({
      'phase-context': phase.contexts.map(({ statusCode, message }) => `${statusCode}: ${message}`),
      'start-time': timeOf(phase.startTime),
      ...(phase.endTime && {
        'end-time': timeOf(phase.endTime),
        'duration-in-seconds': lasted(phase.startTime, phase.endTime),
        'phase-status': phase.phaseStatus,
      }),
      'phase-type': phase.phaseType,
    })),
  };
}

/** Puts an event on the emulator's default bus, as a service does. One that is lost is lost, as on AWS. */
export async function tell(where: Where, build: Build, { type, detail }: Event): Promise<void> {
  const body = JSON.stringify({ source: 'aws.codebuild', type, detail, resources: [build.arn] });
  await fetch(`${where.emulatorUrl}/_pilotage/events`, { method: 'POST', body }).catch(() => undefined);
}
