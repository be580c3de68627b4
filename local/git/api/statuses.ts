import { repositoryOf } from '../payloads/repository.ts';
import { statusOf } from '../payloads/told.ts';
import { fullNameOf, type Status } from '../repository.ts';
import { type Answer, type Call, invalid, pageOf, Refused, type Route, textOf } from './answer.ts';
import { commitAsked } from './code.ts';

const STATES = ['error', 'failure', 'pending', 'success'];
const LONGEST_DESCRIPTION = 140;
/** For each commit and context. */
const MOST = 1_000;

/** https://docs.github.com/en/rest/commits/statuses#create-a-commit-status */
async function create(call: Call): Promise<Answer> {
  const { forge, repository, body, params } = call;
  const sha = await commitAsked({ ...call, params: { ref: params.sha ?? '' } });
  const state = textOf(body.state) ?? '';
  const description = textOf(body.description) ?? null;
  const target = textOf(body.target_url) ?? null;
  const context = textOf(body.context) ?? 'default';
  if (!STATES.includes(state)) throw invalid('Status', 'state', 'state is not included in the list');
  if (description && description.length > LONGEST_DESCRIPTION)
    throw invalid('Status', 'description', `description is too long (maximum is ${LONGEST_DESCRIPTION} characters)`);
  if (target && !/^https?:\/\//.test(target))
    throw invalid('Status', 'target_url', 'target_url must use http(s) scheme');
  if (repository.statuses.filter((one) => one.sha === sha && one.context === context).length >= MOST)
    throw new Refused(422, 'Validation Failed', ['This SHA and context has reached the maximum number of statuses.']);
  const status: Status = {
    ...{ id: forge.nextId(), sha, state, context, description, target_url: target, at: forge.now() },
  };
  repository.statuses.push(status);
  return { status: 201, body: statusOf(repository, status, forge.addresses) };
}

/** Newest first. */
const of = ({ repository }: Call, sha: string): Status[] =>
  repository.statuses.filter((one) => one.sha === sha).reverse();

/** https://docs.github.com/en/rest/commits/statuses#list-commit-statuses-for-a-reference */
async function list(call: Call): Promise<Answer> {
  const { forge, repository } = call;
  const sha = await commitAsked(call);
  const url = `${forge.addresses.api}/repos/${fullNameOf(repository)}/commits/${sha}/statuses`;
  return pageOf(of(call, sha), call, url, (one) => statusOf(repository, one, forge.addresses));
}

/** The newest of each context. */
export function latest(statuses: Status[]): Status[] {
  const seen = new Set<string>();
  return statuses.filter(({ context }) => !seen.has(context) && seen.add(context));
}

export const combined = (statuses: Status[]): string => {
  if (statuses.some(({ state }) => state === 'error' || state === 'failure')) return 'failure';
  return statuses.length && statuses.every(({ state }) => state === 'success') ? 'success' : 'pending';
};

/** https://docs.github.com/en/rest/commits/statuses#get-the-combined-status-for-a-specific-reference */
async function together(call: Call): Promise<Answer> {
  const { forge, repository } = call;
  const sha = await commitAsked(call);
  const statuses = latest(of(call, sha));
  const api = `${forge.addresses.api}/repos/${fullNameOf(repository)}`;
  return {
    status: 200,
    body: {
      state: combined(statuses),
      statuses: statuses.map((one) => statusOf(repository, one, forge.addresses)),
      ...{ sha, total_count: statuses.length, repository: await repositoryOf(repository, forge.addresses) },
      ...{ commit_url: `${api}/commits/${sha}`, url: `${api}/commits/${sha}/status` },
    },
  };
}

export const STATUSES: Route[] = [
  { method: 'POST', path: '/statuses/:sha', carryOut: create },
  { method: 'GET', path: '/commits/*ref/statuses', carryOut: list },
  { method: 'GET', path: '/commits/*ref/status', carryOut: together },
];
