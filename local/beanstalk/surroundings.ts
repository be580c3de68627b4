import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where an instance finds the AWS that it is in. */
export interface Surroundings {
  emulatorUrl: string;
  region: string;
  /** Of its own, for what an instance has besides its release. */
  folder: string;
}

/** The AWS CLI, as far as instances need it, and the Python that it runs on. */
const CLI = 'local/instances/bin/aws';
const PYTHON = '.local/venv/bin';

/**
 * The variables by which a command finds the AWS CLI and the emulator. The instance's own credentials are where nothing of a pilot's
 * hides them: in a file, as an instance has them in its metadata.
 */
export async function surround({ emulatorUrl, region, folder }: Surroundings): Promise<Record<string, string>> {
  const [bin, credentials] = [join(folder, 'bin'), join(folder, 'credentials')];
  await mkdir(bin, { recursive: true });
  await symlink(join(process.cwd(), CLI), join(bin, 'aws')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await writeFile(credentials, '[default]\naws_access_key_id = test\naws_secret_access_key = test\n', { mode: 0o600 });
  return {
    PATH: [bin, join(process.cwd(), PYTHON), process.env.PATH].join(':'),
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: emulatorUrl,
  };
}
