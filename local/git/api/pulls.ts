import { pullOf } from '../payloads/pull-request.ts';
import { closePull, openPull, reopenPull } from '../pulls.ts';
import { commitNamed } from '../refs.ts';
import { fullNameOf, type Pull } from '../repository.ts';
import { type Answer, type Call, invalid, notFound, pageOf, type Route, textOf } from './answer.ts';

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
  const sort = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const isAscending = (query.get('direction') ?? 'desc') === 'asc';
  fitting.sort((one, other) => (isAscending ? 1 : -1) * (one[sort].getTime() - other[sort].getTime()));
  const all = await Promise.all(fitting.map((one) => pullOf(repository, one, forge.addresses)));
  const url = `${forge.addresses.api}/repos/${fullNameOf(repository)}/pulls`;
  return pageOf(all, call, url, (one) => one);
}

async function pull(call: Call): Promise<Answer> {
  const { repository, forge } = call;
  return { status: 200, body: await pullOf(repository, pullAsked(call), forge.addresses) };
}

function pullAsked({ repository, params }: Call): Pull {
  const asked = repository.pulls.find(({ number }) => number === Number(params.number));
  if (!asked) throw notFound();
  return asked;
}

/** https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request */
async function create({ repository, forge, body }: Call): Promise<Answer> {
  const [title, head, base] = [textOf(body.title), textOf(body.head), textOf(body.base)];
  if (!title) throw invalid('PullRequest', 'title');
  for (const [field, name] of Object.entries({ head, base }))
    if (!name || !(await commitNamed(repository.folder, name))) throw invalid('PullRequest', field, `${field} invalid`);
  const made = await openPull(forge, repository, { title, head: head ?? '', base: base ?? '' });
  return { status: 201, body: await pullOf(repository, made, forge.addresses) };
}

/** https://docs.github.com/en/rest/pulls/pulls#update-a-pull-request */
async function change(call: Call): Promise<Answer> {
  const { repository, forge, body } = call;
  const asked = pullAsked(call);
  const state = textOf(body.state) ?? asked.state;
  if (state !== 'open' && state !== 'closed') throw invalid('PullRequest', 'state', 'state is not a valid value');
  if (state === 'open' && asked.merged)
    throw invalid('PullRequest', 'state', 'state cannot be changed. It was merged.');
  const move = state === 'closed' ? closePull : reopenPull;
  const now = state === asked.state ? asked : await move(forge, repository, asked.number);
  return { status: 200, body: await pullOf(repository, now, forge.addresses) };
}

export const PULLS: Route[] = [
  { method: 'GET', path: '/pulls', carryOut: pulls },
  { method: 'POST', path: '/pulls', carryOut: create },
  { method: 'GET', path: '/pulls/:number', carryOut: pull },
  { method: 'PATCH', path: '/pulls/:number', carryOut: change },
];
