import type { LocalGit } from '../../../local/git/git.ts';

/** Calls the API of one repository. */
export type Calling = (
  method: string,
  path: string,
  body?: object,
  headers?: Record<string, string>,
) => Promise<{ status: number; headers: Headers; body: unknown; bytes: Buffer }>;

export const calling =
  ({ api, token }: LocalGit, name: string): Calling =>
  async (method, path, body, headers) => {
    const answer = await fetch(`${api}/repos/${name}${path}`, {
      ...{ method, redirect: 'manual' as const, headers: { authorization: `Bearer ${token}`, ...headers } },
      ...(body && { body: JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') && bytes.length > 0;
    return {
      status: answer.status,
      headers: answer.headers,
      body: isJson ? JSON.parse(bytes.toString()) : undefined,
      bytes,
    };
  };
