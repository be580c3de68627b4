import { pullOf } from '../payloads/pull-request.ts';
import { fullNameOf } from '../repository.ts';
import { type Answer, type Call, notFound, pageOf, type Route } from './answer.ts';

/** https://docs.github.com/en/rest/pulls/pulls */
async function pulls(call: Call): Promise<Answer> {
  const { repository, forge, query } = call;
  const state = query.get('state') ?? 'open';
  const [head, base] = [query.get('head'), query.get('base')];
  const fitting = repository.pulls.filter(
    (one) =>
      (state === 'all' || one.state === state) &&
      (!head || head === `${one.head.from.owner}:${one.head.branch}`) &&
      (!base || base === one.base.branch),
  );
  const all = await Promise.all(fitting.reverse().map((one) => pullOf(repository, one, forge.addresses)));
  const url = `${forge.addresses.api}/repos/${fullNameOf(repository)}/pulls`;
  return pageOf(all, call, url, (one) => one);
}

async function pull({ repository, forge, params }: Call): Promise<Answer> {
  const asked = repository.pulls.find(({ number }) => number === Number(params.number));
  if (!asked) throw notFound();
  return { status: 200, body: await pullOf(repository, asked, forge.addresses) };
}

export const PULLS: Route[] = [
  { method: 'GET', path: '/pulls', carryOut: pulls },
  { method: 'GET', path: '/pulls/:number', carryOut: pull },
];
