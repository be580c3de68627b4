import * as z from 'zod/mini';
import type { HostHttp } from './http.ts';
import { allPages } from './pages.ts';

/** Lists of Bitbucket Cloud’s API: each page names the next one’s whole address. */
export const bitbucketPages = <T extends z.ZodMiniType>(http: HostHttp, shape: T, first: string, most?: number) => {
  const Page = z.object({ values: z.array(shape), next: z.optional(z.string()) });
  return allPages<z.output<T>, string>(first, (path) => http.json(Page, path).then(valuesOf), most);
};

const valuesOf = <T>({ values, next }: { values: T[]; next?: string | undefined }) => ({ values, next });
