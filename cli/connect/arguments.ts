import { InvalidArgumentError } from 'commander';
import { safeUrl } from '../../shared/git/hosts/place.ts';
import { isHost, isManifestPath, isPath, isRepository } from '../../shared/git/naming.ts';
import { isPilotName } from '../../shared/names.ts';

/** A pilot of a repository, and where its manifest is. */
export interface PilotPlace {
  pilot: string;
  manifest: string;
}

const MANIFEST = 'pilot.yaml';

/** `acme/shop`, or `github.com/acme/shop`, also as an address that was copied at its provider; for arguments. */
export function repositoryName(text: string): string {
  const { host, path = text } = COPIED.exec(text)?.groups ?? {};
  const name = path.replace(/\/$/, '').replace(/\.git$/, '');
  const whole = host === undefined ? name : `${host.toLowerCase()}/${name}`;
  if (isRepository(whole) || (host === undefined && isPath(whole))) return whole;
  throw new InvalidArgumentError(
    'A repository is named acme/shop, github.com/acme/shop or https://github.com/acme/shop.',
  );
}

/** `https://github.com/acme/shop.git` and `git@github.com:acme/shop.git`. */
const COPIED = /^(?:https:\/\/(?=[^:@]+$)|git@(?=[^/:@]+:[^:@]+$))(?<host>[^/:]+)[/:](?<path>.+)$/;

/** `acme-shop` or `acme-shop=apps/shop/pilot.yaml`, one after another; for options. */
export function pilotPlace(text: string, before: PilotPlace[] = []): PilotPlace[] {
  const [pilot = '', ...rest] = text.split('=');
  const manifest = rest.length > 0 ? rest.join('=') : MANIFEST;
  if (!isPilotName(pilot) || !isManifestPath(manifest))
    throw new InvalidArgumentError(
      'Expected a pilot’s name, or that and the path of its manifest: acme-shop=apps/shop/pilot.yaml.',
    );
  if (before.some((one) => one.pilot === pilot)) throw new InvalidArgumentError(`${pilot} is named twice.`);
  return [...before, { pilot, manifest }];
}

/** The same as it is typed. */
export const placeText = ({ pilot, manifest }: PilotPlace): string =>
  manifest === MANIFEST ? pilot : `${pilot}=${manifest}`;

export function hostName(host: string): string {
  if (isHost(host)) return host;
  throw new InvalidArgumentError('A host is named git.example.com, in small letters, without https:// and a port.');
}

/** Without a slash at its end. */
export function apiAddress(text: string): string {
  const url = addressOf(text);
  if (url && !url.username && !url.password && !url.search && !url.hash)
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  throw new InvalidArgumentError(
    'Expected an address such as https://git.example.com/api/v4; by http only this machine is reached.',
  );
}

function addressOf(text: string): URL | undefined {
  try {
    return safeUrl(text);
  } catch {
    return undefined;
  }
}
