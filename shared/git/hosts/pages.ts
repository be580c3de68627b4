/** More pages are never asked for. */
const MOST_PAGES = 10;

export interface Page<T, C> {
  values: T[];
  /** How to ask for the next one; undefined for the last. */
  next: C | undefined;
}

/** All values of all pages, or of the first ones: then it is cut. */
export async function allPages<T, C>(
  first: C,
  read: (cursor: C) => Promise<Page<T, C>>,
  most = MOST_PAGES,
): Promise<{ values: T[]; isCut: boolean }> {
  const values: T[] = [];
  let cursor: C | undefined = first;
  for (let page = 0; page < most && cursor !== undefined; page++) {
    const found: Page<T, C> = await read(cursor);
    values.push(...found.values);
    cursor = found.next;
  }
  return { values, isCut: cursor !== undefined };
}

/** How many values each page has, and how many pages are asked for. */
interface Paging {
  each: number;
  pages: number;
}

const ALL: Paging = { each: 100, pages: MOST_PAGES };

/** Of what is long by itself and asked for again and again: fifty pull requests with all that they say fit in an answer. */
export const FEW: Paging = { each: 50, pages: 3 };

/** All values of lists that are asked for by `per_page` and `page`, as GitHub’s and GitLab’s. */
export async function numberedPages<T>(
  path: string,
  read: (path: string) => Promise<T[]>,
  { each, pages }: Paging = ALL,
): Promise<T[]> {
  const readPage = async (page: number) => {
    const found = await read(`${path}${path.includes('?') ? '&' : '?'}per_page=${each}&page=${page}`);
    return { values: found, next: found.length === each ? page + 1 : undefined };
  };
  return (await allPages(1, readPage, pages)).values;
}
