import * as z from 'zod/mini';
import type { TagsNow } from '../host.ts';
import type { Ref } from '../told.ts';
import type { HostHttp } from './http.ts';
import { encodedParts, isPlainPath } from './place.ts';
import { isTrouble } from './trouble.ts';

const Pointed = z.object({ object: z.object({ sha: z.string(), type: z.string() }) });
const Refs = z.array(z.object({ ref: z.string() }));
const Commit = z.object({ message: z.string() });

/** A tag may point to a tag, not for ever. */
const MOST_TAGS = 5;

export async function head(http: HostHttp, home: string, { kind, name }: Ref): Promise<string | undefined> {
  let pointed = await refAt(http, home, { kind, name });
  for (let tags = 0; pointed?.object.type === 'tag' && tags < MOST_TAGS; tags++) {
    pointed = await http.json(Pointed, `${home}/git/tags/${pointed.object.sha}`);
  }
  return pointed?.object.type === 'commit' ? pointed.object.sha : undefined;
}

export async function tagObject(http: HostHttp, home: string, name: string): Promise<string | undefined> {
  const pointed = await refAt(http, home, { kind: 'tag', name });
  return pointed?.object.type === 'tag' ? pointed.object.sha : undefined;
}

/** All at once, by their names. @see https://docs.github.com/en/rest/git/refs#list-matching-references */
export async function tags(http: HostHttp, home: string, prefix: string): Promise<TagsNow | undefined> {
  try {
    const path = `${home}/git/matching-refs/tags/${encodedParts(prefix)}`;
    const refs = (await unlessEmpty(http.json(Refs, path))) ?? [];
    const names = refs.map(({ ref }) => ref.replace(/^refs\/tags\//, ''));
    return { names: names.filter((name) => name.startsWith(prefix)), isWhole: true };
  } catch (error) {
    if (isTrouble(error, 'too-large')) return undefined;
    throw error;
  }
}

async function refAt(http: HostHttp, home: string, { kind, name }: Ref) {
  if (!isPlainPath(name)) return undefined;
  const path = `${home}/git/ref/${kind === 'branch' ? 'heads' : 'tags'}/${encodedParts(name)}`;
  return unlessEmpty(http.jsonIfThere(Pointed, path));
}

/** Of git’s own commit: the other form brings all files that were changed along. */
export async function messageOf(http: HostHttp, home: string, commit: string): Promise<string | undefined> {
  const path = `${home}/git/commits/${encodeURIComponent(commit)}`;
  return (await unlessEmpty(http.jsonIfThere(Commit, path)))?.message;
}

/** A repository without any commit has no refs, which GitHub tells by 409. */
async function unlessEmpty<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (statusOf(error) === 409) return undefined;
    throw error;
  }
}

const statusOf = (error: unknown): number | undefined => (error as { status?: number } | undefined)?.status;
