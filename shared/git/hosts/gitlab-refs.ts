import * as z from 'zod/mini';
import type { TagsNow } from '../host.ts';
import type { Ref } from '../told.ts';
import type { HostHttp } from './http.ts';
import { isPlainPath } from './place.ts';

const Pointed = z.object({ commit: z.object({ id: z.string() }), target: z.optional(z.string()) });
const Named = z.array(z.object({ name: z.string() }));

/** One page of a list. */
const PAGE = 100;

/** A tag’s `commit` is the one below its annotation, and its `target` that annotation. */
async function refAt(http: HostHttp, home: string, { kind, name }: Ref) {
  if (!isPlainPath(name)) return undefined;
  const path = `${home}/repository/${kind === 'branch' ? 'branches' : 'tags'}/${encodeURIComponent(name)}`;
  return http.jsonIfThere(Pointed, path);
}

export const head = async (http: HostHttp, home: string, ref: Ref): Promise<string | undefined> =>
  (await refAt(http, home, ref))?.commit.id;

export async function tagObject(http: HostHttp, home: string, name: string): Promise<string | undefined> {
  const tag = await refAt(http, home, { kind: 'tag', name });
  return tag?.target === tag?.commit.id ? undefined : tag?.target;
}

/** @see https://docs.gitlab.com/api/tags/#list-all-project-repository-tags */
export async function tags(http: HostHttp, home: string, prefix: string): Promise<TagsNow> {
  const query = new URLSearchParams({
    ...{ search: `^${prefix}`, order_by: 'updated', sort: 'desc', per_page: `${PAGE}` },
  });
  const names = (await http.json(Named, `${home}/repository/tags?${query}`)).map(({ name }) => name);
  return { names: names.filter((name) => name.startsWith(prefix)), isWhole: names.length < PAGE };
}
