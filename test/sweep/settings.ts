import type { Kept } from './aws/servers.ts';
import { nameOfImage, type SiteName } from './sites.ts';

const NAME = 'settings.json';

/** A section of a manifest by which a release has a file of settings, which tells its content. */
export const settingsNamed = (site: SiteName): string => `config: { file: ${NAME}, values: { site: ${site} } }\n`;

type Volume = { name: string; efsVolumeConfiguration?: { authorizationConfig: { accessPointId: string } } };

/** What is wrong with the settings that a release's tasks read; undefined where nothing is, or nobody has any. */
export function settingsTrouble({ ecs, volumes }: Pick<Kept, 'ecs' | 'volumes'>, release: string): string | undefined {
  if (volumes.count === 0) return undefined;
  const definition = ecs.definitions.findLast(({ arn }) => arn.includes(`--${release}:`));
  const { volumes: mounted = [] } = (definition?.content ?? {}) as { volumes?: Volume[] };
  const own = mounted.find(({ name }) => name === 'settings')?.efsVolumeConfiguration?.authorizationConfig;
  const point = volumes.points.find(({ id }) => id === own?.accessPointId);
  if (point?.state !== 'available') return 'the access point of the settings is not there';
  if (point.path !== `/configuration/${release}`) return `the settings are those in ${point.path}`;
  const text = volumes.files[`${release}/${NAME}`];
  const wanted = JSON.stringify({ site: nameOfImage(definition?.image ?? '') }, null, 2);
  return text === `${wanted}\n` ? undefined : `the settings are ${text ?? 'gone'}`;
}
