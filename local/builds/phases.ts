import type { BuildPhaseType } from '@aws-sdk/client-codebuild';
import type { Build, Phase } from './build.ts';

/** What went wrong in a phase, as it is told with it. */
export interface Trouble {
  statusCode: string;
  message: string;
}

/** What ends a build before its time. */
export type Interruption = 'STOPPED' | 'TIMED_OUT';

/** Something that only the phase knows how to name. */
export class Failed extends Error {
  readonly trouble: Trouble;
  constructor(statusCode: string, message: string) {
    super(message);
    this.trouble = { statusCode, message };
  }
}

/** Runs the phases of one build, one after the other. */
export interface Phases {
  /** @returns whether it went well. */
  run(type: BuildPhaseType, work: () => Promise<void>): Promise<boolean>;
  begin(type: BuildPhaseType, at?: Date): void;
  end(status: NonNullable<Phase['phaseStatus']>, trouble?: Trouble, at?: Date): void;
}

/** @param onEnd told of each phase that has ended. */
export function phasesOf(build: Build, interrupted: Promise<Interruption>, onEnd: (phase: Phase) => void): Phases {
  const begin: Phases['begin'] = (phaseType, startTime = new Date()) =>
    void build.phases.push({ phaseType, startTime, contexts: [] });
  const end: Phases['end'] = (status, trouble = { statusCode: '', message: '' }, at = new Date()) => {
    const phase = build.phases.at(-1);
    if (!phase || phase.endTime) return;
    phase.phaseStatus = status;
    phase.endTime = at;
    phase.contexts = [trouble];
    onEnd(phase);
  };
  return {
    begin,
    end,
    async run(type, work) {
      begin(type);
      const done = work().then(
        () => undefined,
        (error: Error) => (error instanceof Failed ? error.trouble : asTrouble(error)),
      );
      const outcome = await Promise.race([done, interrupted]);
      if (typeof outcome === 'string') end(outcome, interruption(outcome));
      else end(outcome ? 'FAILED' : 'SUCCEEDED', outcome);
      return outcome === undefined;
    },
  };
}

export const interruption = (how: Interruption): Trouble =>
  how === 'TIMED_OUT'
    ? { statusCode: 'BUILD_TIMED_OUT', message: 'Build has timed out. ' }
    : { statusCode: '', message: '' };

const asTrouble = (error: Error): Trouble => ({
  statusCode: 'CLIENT_ERROR',
  message: `${error.name}: ${error.message}`,
});
