import { tellImages } from '../../local/tasks/images.ts';
import { install } from './installation.ts';
import { visitTo } from './visiting.ts';

/** A program that answers every request with these words. */
export const serving = (says: string) =>
  `require('http').createServer((_, r) => r.end(${JSON.stringify(says)})).listen(process.env.PORT)`;

const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

/**
 * Pilotage as it is installed, for pilots of target ecs.
 * @param programs of this machine that stand for images, each by a digit, of which its digest is made.
 */
export async function installServices(programs: Record<string, string>) {
  const pilotage = await install();
  const images = Object.entries(programs).map(([digit, program]) => [
    digestOf(digit),
    { command: [process.execPath, '-e', program], cwd: __dirname },
  ]);
  await tellImages(pilotage.environment.emulator.url, Object.fromEntries(images));
  return {
    ...pilotage,

    /** Uploads a manifest that names one of the programs; gives the deployment's id. */
    release: (pilot: string, digit: string, more = '') =>
      pilotage.upload(
        pilot,
        `apiVersion: pilotage/v1
name: ${pilot}
target: ecs
source: { image: "registry.example.com/shop@${digestOf(digit)}" }
health: { path: /, interval: 5s }
${more}`,
      ),

    visit: (pilot: string): Promise<string> => visitTo(pilotage, pilot),
  };
}

export type Services = Awaited<ReturnType<typeof installServices>>;
