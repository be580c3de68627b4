import { InvalidArgumentError } from 'commander';
import { safeUrl } from '../../shared/git/hosts/place.ts';
import { isHost, isManifestPath, isPath, isRepository } from '../../shared/git/naming.ts';
import { isPilotName } from '../../shared/names.ts';

/** A pilot of a repository, and where its manifest is. */
export interface PilotPlace {
  pilot: string;
  manifest: string;
}

/** `acme/shop`, or `github.com/acme/shop`; for arguments. */
export function repositoryName(name: string): string {
  if (isPath(name) || isRepository(name)) return name;
  throw new InvalidArgumentError('A repository is named acme/shop or github.com/acme/shop, without https:// and .git.');
}

/** `acme-shop` or `acme-shop=apps/shop/pilot.yaml`, one after another; for options. */
export function pilotPlace(text: string, before: PilotPlace[] = []): PilotPlace[] {
  const [pilot = '', ...rest] = text.split('=');
  const manifest = rest.length > 0 ? rest.join('=') : 'pilot.yaml';
  if (!isPilotName(pilot) || !isManifestPath(manifest))
    throw new InvalidArgumentError(
      'Expected a pilot’s name, or that and the path of its manifest: acme-shop=apps/shop/pilot.yaml.',
    );
  if (before.some((one) => one.pilot === pilot)) throw new InvalidArgumentError(`${pilot} is named twice.`);
  return [...before, { pilot, manifest }];
}

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
