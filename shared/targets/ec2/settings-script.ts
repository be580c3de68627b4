import { FOLDER, settingsPath, USUAL_MOUNT } from '../../configuration/render.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { settingsKey } from './names.ts';
import { quoted } from './shell-words.ts';

/** Where the release's settings lie on the instance itself: nothing of other releases is there. */
const HERE = '/opt/pilot/config';

/**
 * Fetches the release's settings, checks them and puts them where the pilot finds them. Where the volume is mounted
 * they lie over its folder of that name, on this instance alone: what another release reads stays as it is.
 */
export function fetchingSettings(plan: Plan): string[] {
  const { file, mount } = detailOf(plan);
  if (!file) return [];
  const folder = `${mount ?? USUAL_MOUNT}/${FOLDER}`;
  const here = mount === undefined ? folder : HERE;
  const path = `${here}/${file.name}`;
  return [
    `# The settings of this release.
mkdir -p ${quoted(here)}
run aws s3api get-object --bucket "$BUCKET" --key ${quoted(settingsKey(plan, file))} ${quoted(path)} ||
  fail SETTINGS_NOT_READ ${quoted(`${file.name} could not be fetched`)}
echo ${quoted(`${file.sha256}  ${path}`)} | sha256sum --check --status ||
  fail SETTINGS_CHANGED ${quoted(`${file.name} is not the one that was planned`)}
chmod 0755 ${quoted(here)}
chmod 0444 ${quoted(path)}${mount === undefined ? '' : `\n${overVolume(here, folder, mount)}`}`,
  ];
}

/** Also when the instance starts again: https://www.freedesktop.org/software/systemd/man/latest/systemd.mount.html */
const overVolume = (here: string, folder: string, mount: string): string => `mkdir -p ${quoted(folder)}
echo ${quoted(`${here} ${folder} none bind,ro,_netdev,x-systemd.requires-mounts-for=${mount} 0 0`)} >> /etc/fstab
run mount ${quoted(folder)} || fail SETTINGS_NOT_MOUNTED "the settings could not be put into the volume"`;

/** Where the pilot finds them. */
export const settingsPlace = (mount: string | undefined, name: string): string =>
  settingsPath(mount ?? USUAL_MOUNT, name);
