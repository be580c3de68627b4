import { createHash } from 'node:crypto';
import type { Answered, Posted } from './posted.ts';
import { secretOf, signed } from './posted.ts';

/** What each of ten webhooks is. */
const MIX = ['push', 'push', 'again', 'push', 'event', 'push', 'at once', 'forged', 'second', 'unfit'] as const;
export type Kind = (typeof MIX)[number];

/** A webhook, when it is sent in milliseconds after the first, and what it may be answered. */
export interface Webhook {
  kind: Kind;
  at: number;
  posted: Posted;
  answers: readonly string[];
}

/** A commit that was pushed to a branch: the `turn`th of it. */
export interface Pushed {
  repository: string;
  branch: string;
  turn: number;
  commit: string;
  message: string;
  /** The message says that it is not to be deployed. */
  isSkipped: boolean;
}

export interface Traffic {
  webhooks: Webhook[];
  /** In the order in which they are pushed. */
  pushes: Pushed[];
}

/** `topic` deploys nothing. */
export const BRANCHES = ['main', 'next', 'topic'];
/** Every so many pushes of a branch one says that it is not to be deployed. */
const SKIPPED = 5;
/** Redeliveries come after so many other pushes. */
const LATER = 20;

const NONE = '0'.repeat(40);
const commitOf = (repository: string, branch: string, turn: number): string =>
  createHash('sha1').update(`${repository} ${branch} ${turn}`).digest('hex');

export const repositoriesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `github.com/acme/shop-${at + 1}`);

/** So many webhooks of so many repositories, evenly over that time; the same each time. */
export function trafficOf({
  webhooks: most,
  repositories,
  ms,
}: Record<'webhooks' | 'repositories' | 'ms', number>): Traffic {
  const names = repositoriesOf(repositories);
  const pushes: Pushed[] = [];
  const bodies: Posted[] = [];
  const webhooks = Array.from({ length: most }, (_, turn): Webhook => {
    const kind = MIX[turn % MIX.length] as Kind;
    const at = (turn * ms) / most;
    if (kind !== 'push') return { kind, at, ...besides(kind, turn, pushes, bodies) };
    const pushed = nextPush(pushes.length, names);
    const posted = webhookOf(pushed);
    pushes.push(pushed);
    bodies.push(posted);
    return { kind, at, posted, answers: ['202 accepted', '200 duplicate'] };
  });
  // What is sent at once with the push before it.
  return {
    pushes,
    webhooks: webhooks.map((one, turn) => (one.kind === 'at once' ? { ...one, at: webhooks[turn - 1]?.at ?? 0 } : one)),
  };
}

function nextPush(count: number, names: readonly string[]): Pushed {
  const refs = names.length * BRANCHES.length;
  const repository = names[count % names.length] as string;
  const branch = BRANCHES[Math.floor((count % refs) / names.length)] as string;
  const turn = Math.floor(count / refs);
  const isSkipped = turn % SKIPPED === SKIPPED - 1;
  const message = isSkipped ? 'Wording [skip deploy]' : `Change ${turn}`;
  return { repository, branch, turn, commit: commitOf(repository, branch, turn), message, isSkipped };
}

function webhookOf({ repository, branch, turn, commit, message }: Pushed, more: object = {}, secret?: string): Posted {
  const payload = {
    ref: `refs/heads/${branch}`,
    before: turn === 0 ? NONE : commitOf(repository, branch, turn - 1),
    after: commit,
    forced: false,
    head_commit: { id: commit, message },
    repository: { full_name: repository.replace('github.com/', ''), html_url: `https://${repository}` },
    sender: { login: 'ada' },
    ...more,
  };
  return signed({ provider: 'github', repository, event: 'push' }, payload, secret);
}

const EITHER = ['202 accepted', '200 duplicate'];

/** What else comes, of the pushes so far. */
function besides(
  kind: Exclude<Kind, 'push'>,
  turn: number,
  pushes: readonly Pushed[],
  bodies: readonly Posted[],
): Pick<Webhook, 'posted' | 'answers'> {
  const last = pushes.at(-1) as Pushed;
  switch (kind) {
    case 'again':
      return { posted: (bodies.at(-LATER) ?? bodies.at(-1)) as Posted, answers: EITHER };
    case 'at once':
      return { posted: bodies.at(-1) as Posted, answers: EITHER };
    case 'second':
      return { posted: webhookOf(last, { installation: { id: turn } }), answers: EITHER };
    case 'forged':
      return {
        posted: webhookOf({ ...last, commit: commitOf('forged', '', turn) }, {}, secretOf('github', `${turn}`)),
        answers: ['401 SIGNATURE'],
      };
    case 'event':
      return eventOf(turn, last);
    case 'unfit':
      return unfit(turn, last);
  }
}

function eventOf(turn: number, { repository, branch }: Pushed): Pick<Webhook, 'posted' | 'answers'> {
  const of = { full_name: repository.replace('github.com/', ''), html_url: `https://${repository}` };
  const events: [string, object, string][] = [
    ['star', { action: 'created' }, '200 ignored'],
    ['ping', { zen: 'Design for failure.' }, '200 pong'],
    ['push', { ref: `refs/heads/${branch}-gone`, before: commitOf('gone', branch, turn), after: NONE }, '200 ignored'],
    ['workflow_run', { action: 'completed' }, '200 ignored'],
  ];
  const [event, payload, answer] = events[Math.floor(turn / MIX.length) % events.length] as (typeof events)[number];
  return {
    posted: signed({ provider: 'github', repository, event }, { ...payload, repository: of }),
    answers: [answer],
  };
}

function unfit(turn: number, last: Pushed): Pick<Webhook, 'posted' | 'answers'> {
  const right = webhookOf({ ...last, commit: commitOf('unfit', '', turn) });
  const renamed = { full_name: 'acme/renamed', html_url: 'https://github.com/acme/renamed' };
  const choices: [Posted, string][] = [
    [
      { ...right, headers: { ...right.headers, 'content-type': 'application/x-www-form-urlencoded' } },
      '415 CONTENT_TYPE',
    ],
    [webhookOf(last, { repository: renamed }), '400 REPOSITORY'],
    [webhookOf(last, { after: 'no commit' }), '400 PAYLOAD'],
    [{ ...right, path: '/github/ffffffffffff' }, '401 SIGNATURE'],
  ];
  const [posted, answer] = choices[Math.floor(turn / MIX.length) % choices.length] as (typeof choices)[number];
  return { posted, answers: [answer] };
}

export const said = ({ status, code, outcome }: Answered): string => [status, code ?? outcome ?? ''].join(' ').trim();
