import * as z from 'zod/mini';
import type { TagsNow } from '../host.ts';
import type { Ref } from '../told.ts';
import { bitbucketServerPages } from './bitbucket-server-pages.ts';
import type { HostHttp } from './http.ts';
import { encodedParts, isPlainPath } from './place.ts';

const Commits = z.object({ values: z.array(z.object({ id: z.string() })) });
const Tag = z.object({ hash: z.nullish(z.string()), latestCommit: z.string() });
const Named = z.object({ displayId: z.string() });

/** The first commit of a ref’s history: a tag’s annotation is none, and slashes in its name matter not. */
export async function head(http: HostHttp, path: string, { kind, name }: Ref): Promise<string | undefined> {
  const until = `refs/${kind === 'branch' ? 'heads' : 'tags'}/${name}`;
  const found = await http.jsonIfThere(Commits, `${path}/commits?${new URLSearchParams({ until, limit: '1' })}`);
  return found?.values[0]?.id;
}

/** An annotated tag has a `hash` of its own. */
export async function tagObject(http: HostHttp, path: string, name: string): Promise<string | undefined> {
  if (!isPlainPath(name)) return undefined;
  const tag = await http.jsonIfThere(Tag, `${path}/tags/${encodedParts(name)}`);
  return tag?.hash && tag.hash !== tag.latestCommit ? tag.hash : undefined;
}

/** Bitbucket finds what holds the text anywhere. @see https://developer.atlassian.com/server/bitbucket/rest/v906/api-group-repository/ */
export async function tags(http: HostHttp, path: string, prefix: string): Promise<TagsNow> {
  const query = new URLSearchParams({ filterText: prefix, orderBy: 'MODIFICATION' });
  const { values, isCut } = await bitbucketServerPages(http, Named, `${path}/tags?${query}`, 100, 1);
  const names = values.map(({ displayId }) => displayId);
  return { names: names.filter((name) => name.startsWith(prefix)), isWhole: !isCut };
}
