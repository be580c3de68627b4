import * as z from 'zod/mini';
import type { TagsNow } from '../host.ts';
import type { Ref } from '../told.ts';
import { bitbucketPages } from './bitbucket-pages.ts';
import type { HostHttp } from './http.ts';
import { encodedParts, isPlainPath } from './place.ts';

const Pointed = z.object({ target: z.object({ hash: z.string() }) });
const Named = z.object({ name: z.string() });

/** A tag’s `target` is the commit below its annotation. */
export async function head(http: HostHttp, home: string, { kind, name }: Ref): Promise<string | undefined> {
  if (!isPlainPath(name)) return undefined;
  const path = `${home}/refs/${kind === 'branch' ? 'branches' : 'tags'}/${encodedParts(name)}`;
  return (await http.jsonIfThere(Pointed, path))?.target.hash;
}

/** Bitbucket finds what holds the text anywhere. @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-refs/ */
export async function tags(http: HostHttp, home: string, prefix: string): Promise<TagsNow> {
  const query = new URLSearchParams({
    q: `name ~ "${prefix.replaceAll('"', '\\"')}"`,
    sort: '-target.date',
    pagelen: '100',
  });
  const { values, isCut } = await bitbucketPages(http, Named, `${home}/refs/tags?${query}`, 1);
  const names = values.map(({ name }) => name);
  return { names: names.filter((name) => name.startsWith(prefix)), isWhole: !isCut };
}
