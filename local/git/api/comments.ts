import { commentOf } from '../payloads/told.ts';
import { type Comment, fullNameOf } from '../repository.ts';
import { type Answer, type Call, invalid, notFound, pageOf, type Route, textOf } from './answer.ts';
import { commitAsked } from './code.ts';

const LONGEST = 65_536;

type Kind = 'commit' | 'pull';

async function placeOf(call: Call): Promise<Comment['on']> {
  if (call.params.ref !== undefined) return { commit: await commitAsked(call) };
  const pull = Number(call.params.number);
  if (!call.repository.pulls.some(({ number }) => number === pull)) throw notFound();
  return { pull };
}

const isSame = (one: Comment['on'], other: Comment['on']): boolean => JSON.stringify(one) === JSON.stringify(other);

function bodyOf({ body }: Call): string {
  const given = textOf(body.body);
  if (!given) throw invalid('IssueComment', 'body');
  if (given.length > LONGEST)
    throw invalid('IssueComment', 'body', `body is too long (maximum is ${LONGEST} characters)`);
  return given;
}

async function list(call: Call): Promise<Answer> {
  const on = await placeOf(call);
  const { forge, repository } = call;
  const api = `${forge.addresses.api}/repos/${fullNameOf(repository)}`;
  const url = 'commit' in on ? `${api}/commits/${on.commit}/comments` : `${api}/issues/${on.pull}/comments`;
  const there = repository.comments.filter((comment) => isSame(comment.on, on));
  return pageOf(there, call, url, (one) => commentOf(repository, one, forge.addresses));
}

async function create(call: Call): Promise<Answer> {
  const { forge, repository } = call;
  const at = forge.now();
  const comment: Comment = {
    ...{ id: forge.nextId(), on: await placeOf(call), body: bodyOf(call), createdAt: at, updatedAt: at },
  };
  repository.comments.push(comment);
  return { status: 201, body: commentOf(repository, comment, forge.addresses) };
}

function found({ repository, params }: Call, kind: Kind): Comment {
  const comment = repository.comments.find(({ id, on }) => id === Number(params.id) && kind in on);
  if (!comment) throw notFound();
  return comment;
}

const get =
  (kind: Kind) =>
  async (call: Call): Promise<Answer> => ({
    status: 200,
    body: commentOf(call.repository, found(call, kind), call.forge.addresses),
  });

const update =
  (kind: Kind) =>
  async (call: Call): Promise<Answer> => {
    const comment = Object.assign(found(call, kind), { body: bodyOf(call), updatedAt: call.forge.now() });
    return { status: 200, body: commentOf(call.repository, comment, call.forge.addresses) };
  };

const remove =
  (kind: Kind) =>
  async (call: Call): Promise<Answer> => {
    const comment = found(call, kind);
    call.repository.comments = call.repository.comments.filter((one) => one !== comment);
    return { status: 204 };
  };

const single = (path: string, kind: Kind): Route[] => [
  { method: 'GET', path, carryOut: get(kind) },
  { method: 'PATCH', path, carryOut: update(kind) },
  { method: 'DELETE', path, carryOut: remove(kind) },
];

/** https://docs.github.com/en/rest/commits/comments and https://docs.github.com/en/rest/issues/comments */
export const COMMENTS: Route[] = [
  ...single('/comments/:id', 'commit'),
  ...single('/issues/comments/:id', 'pull'),
  ...['/commits/*ref/comments', '/issues/:number/comments'].flatMap((path) => [
    { method: 'GET', path, carryOut: list },
    { method: 'POST', path, carryOut: create },
  ]),
];
