import mime from 'mime';
import type { SiteFile } from './files.ts';

const ONE_YEAR = 31_536_000;

/**
 * How long a file may be kept. A release's own files are kept by the CDN under
 * a key that holds the release, so only browsers have to ask again.
 */
export const cacheControl = ({ area }: Pick<SiteFile, 'area'>): string =>
  area === 'shared'
    ? `public, max-age=${ONE_YEAR}, immutable`
    : `public, max-age=0, s-maxage=${ONE_YEAR}, must-revalidate`;

const isText = (type: string) =>
  type.startsWith('text/') ||
  /^application\/(javascript|json|xml|manifest\+json|.+\+(json|xml))$/.test(type) ||
  type === 'image/svg+xml';

/** The content type by the name's ending; text is UTF-8. */
export function contentType(path: string): string {
  const type = mime.getType(path) ?? 'application/octet-stream';
  return isText(type) ? `${type}; charset=utf-8` : type;
}
