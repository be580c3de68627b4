import type { Forge } from '../forge.ts';
import type { Repository } from '../repository.ts';

/** A call of the API, once its repository is known. */
export interface Call {
  forge: Forge;
  repository: Repository;
  /** What the path holds beyond the repository. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** The body, where it is JSON; never of a known shape. */
  body: Record<string, unknown>;
  accept: string;
  /** Where the API is asked, for addresses that are to be followed. */
  origin: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Bytes or a stream are sent as they are, everything else as JSON; nothing where it is absent. */
  body?: unknown;
}

/** One operation: what follows `/repos/{owner}/{repo}` in its path. `:name` is one part of it, `*name` all the rest. */
export interface Route {
  method: string;
  path: string;
  carryOut(call: Call): Promise<Answer>;
}

/** Not as asked; said as GitHub says it. */
export class Refused extends Error {
  readonly answer: Answer;
  constructor(status: number, message: string, errors?: unknown[]) {
    super(message);
    const documentation = 'https://docs.github.com/rest';
    this.answer = {
      status,
      body: { message, ...(errors && { errors }), documentation_url: documentation, status: `${status}` },
    };
  }
}

export const notFound = () => new Refused(404, 'Not Found');

/** https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed */
export const invalid = (resource: string, field: string, message?: string) =>
  new Refused(422, 'Validation Failed', [
    { resource, field, ...(message ? { code: 'custom', message } : { code: 'missing_field' }) },
  ]);

/** One page of a list. https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
export function pageOf<One>(all: One[], { query }: Call, url: string, show: (one: One) => unknown): Answer {
  const size = Math.min(Math.max(Number(query.get('per_page')) || 30, 1), 100);
  const page = Math.max(Number(query.get('page')) || 1, 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  const link = (number: number, rel: string) => {
    const next = new URLSearchParams(query);
    next.set('page', `${number}`);
    return `<${url}?${next}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev'), link(1, 'first')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
  ];
  return {
    status: 200,
    ...(links.length && { headers: { link: links.join(', ') } }),
    body: all.slice((page - 1) * size, page * size).map(show),
  };
}

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
