import { mkdir, rm } from 'node:fs/promises';
import type { Where } from './aws.ts';
import { openBuilds } from './operations.ts';
import { type Service, startService } from './service.ts';

export interface LocalBuilds extends Pick<Service, 'journal'> {
  /** Where the API answers; to be handed on as AWS_ENDPOINT_URL_CODEBUILD. */
  url: string;
  service: Service;
  /** Ends the builds that run, and all of their processes. */
  stop(): Promise<void>;
}

export interface LocalOptions extends Where {
  /** For scratch directories, which are gone with their builds. */
  folder: string;
  /** Milliseconds that a minute takes, where a test has no time: 60,000 unless said otherwise. */
  minute?: number;
}

/**
 * CodeBuild on this machine, where the emulator only says that it has built: a build's commands are processes of this
 * machine, in a scratch directory, with the credentials of its role at the emulator.
 */
export async function startBuilds({ folder, minute = 60_000, ...where }: LocalOptions): Promise<LocalBuilds> {
  // What a run before left there is of no use.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const builds = openBuilds({ where, folder, minute });
  const service = await startService(builds, where);
  return {
    url: service.url,
    journal: service.journal,
    service,
    async stop() {
      await service.close();
      await builds.stop();
    },
  };
}
