import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What runs in place of an image: a program of this machine, in a folder. */
export interface Program {
  command: string[];
  cwd: string;
}

/** What an example's folder has in place of an image. */
const SERVER = 'server.js';

/** The programs of an example's versions, by the digests that its manifests name: those of the programs themselves. */
export const imagesIn = (folder: string, versions: readonly string[]): Record<string, Program> =>
  Object.fromEntries(
    versions.map((version) => {
      const cwd = join(folder, version);
      const digest = createHash('sha256')
        .update(readFileSync(join(cwd, SERVER)))
        .digest('hex');
      return [`sha256:${digest}`, { command: [process.execPath, SERVER], cwd }];
    }),
  );

/**
 * Tells the emulator what runs in place of each image, which replaces what it
 * was told before. From then on its tasks are processes: they hear their port as
 * PORT, stop on TERM, and end with the emulator. Where their command or their environment names
 * the folder of a mounted volume, they are given one of the run's own.
 * @param images by name, with a tag or a digest as task definitions have it; a digest alone is enough.
 */
export async function tellImages(emulatorUrl: string, images: Record<string, Program>): Promise<void> {
  const answer = await fetch(`${emulatorUrl}/_pilotage/images`, { method: 'POST', body: JSON.stringify({ images }) });
  if (!answer.ok) throw new Error(`the emulator did not take the images: ${answer.status}`);
}
