/** More pages are never asked for. */
const MOST_PAGES = 10;

export interface Page<T, C> {
  values: T[];
  /** How to ask for the next one; undefined for the last. */
  next: C | undefined;
}

/** All values of all pages, or of the first ten: then it is cut. */
export async function allPages<T, C>(
  first: C,
  read: (cursor: C) => Promise<Page<T, C>>,
): Promise<{ values: T[]; isCut: boolean }> {
  const values: T[] = [];
  let cursor: C | undefined = first;
  for (let page = 0; page < MOST_PAGES && cursor !== undefined; page++) {
    const found: Page<T, C> = await read(cursor);
    values.push(...found.values);
    cursor = found.next;
  }
  return { values, isCut: cursor !== undefined };
}

const FULL = 100;

/** All values of lists that are asked for by `per_page` and `page`, as GitHub’s and GitLab’s. */
export async function numberedPages<T>(path: string, read: (path: string) => Promise<T[]>): Promise<T[]> {
  const { values } = await allPages(1, async (page: number) => {
    const found = await read(`${path}${path.includes('?') ? '&' : '?'}per_page=${FULL}&page=${page}`);
    return { values: found, next: found.length === FULL ? page + 1 : undefined };
  });
  return values;
}
