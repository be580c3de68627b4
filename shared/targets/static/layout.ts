/**
 * Where a site's files lie in the site bucket, and what its address is.
 *
 * | key | what |
 * |---|---|
 * | `sites/<site>/r/<release>/<path>` | a release's own files |
 * | `sites/<site>/shared/<path>` | immutable files of all releases; never changed, never deleted |
 * | `sites/<site>/releases/<release>.json` | the list of a release's files; written last |
 */
export const sitePrefix = (site: string): string => `sites/${site}/`;
export const releasePrefix = (site: string, release: string): string => `sites/${site}/r/${release}/`;
export const sharedPrefix = (site: string): string => `sites/${site}/shared/`;
export const listKey = (site: string, release: string): string => `sites/${site}/releases/${release}.json`;

/** Files under this folder are Pilotage's own; an artifact may not bring any. */
export const OWN_FOLDER = '.pilotage/';

/** The copy of the custom 404 page that the not-found function reads, whatever the page is called. */
export const NOT_FOUND_COPY = `${OWN_FOLDER}404.html`;

/** A site's name: no pilot's name has `--`, so no two pilots and environments share one. */
export function siteOf(pilot: string, environment: string): string {
  return environment === 'production' ? pilot : `${pilot}--${environment}`;
}

/** Fills a site's name into the pattern of all sites' addresses: `https://*.pilots.example.com`. */
export const siteUrl = (pattern: string, site: string): string => pattern.replace('*', site);
