import * as z from 'zod/mini';
import type { HostHttp } from './http.ts';
import { allPages } from './pages.ts';

/**
 * Lists of Bitbucket Data Center’s API: each page tells where the next one begins.
 * @param path with a query.
 * @param limit how many values a page has.
 */
export const bitbucketServerPages = <T extends z.ZodMiniType>(
  http: HostHttp,
  shape: T,
  path: string,
  limit: number,
  most?: number,
) => {
  const Page = z.object({
    values: z.array(shape),
    isLastPage: z.optional(z.boolean()),
    nextPageStart: z.nullish(z.number()),
  });
  const readPage = async (start: number) => {
    const page = await http.json(Page, `${path}&limit=${limit}&start=${start}`);
    return { values: page.values, next: page.isLastPage === false ? (page.nextPageStart ?? undefined) : undefined };
  };
  return allPages<z.output<T>, number>(0, readPage, most);
};
