import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalBuilds, startBuilds } from '../../local/builds/local.ts';
import { emulatorUrl } from './emulator.ts';

export interface TestBuilds extends LocalBuilds {
  /** Ends all builds, and removes what they had. */
  end(): Promise<void>;
}

export interface TestBuildsOptions {
  /** The emulator that has the projects, the roles and the buckets; that of the whole test run unless said otherwise. */
  emulatorUrl?: string;
  /** Milliseconds that a build's minute takes. */
  minute?: number;
}

/** CodeBuild beside the test emulator; its `url` is for AWS_ENDPOINT_URL_CODEBUILD. */
export async function testBuilds(options: TestBuildsOptions = {}): Promise<TestBuilds> {
  const folder = await mkdtemp(join(tmpdir(), 'builds-'));
  const local = await startBuilds({
    ...{ emulatorUrl: emulatorUrl(), region: 'us-east-1', account: '000000000000', folder },
    ...options,
  });
  return {
    ...local,
    async end() {
      await local.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
