import { createHmac } from 'node:crypto';
import type { ProviderName } from '../../shared/git/told.ts';
import { type Answered, FORMS, type Post, type Posted, pathOf, secretOf, signed } from './posted.ts';
import { PUSH_EVENTS, releasePush } from './release-push.ts';

/** The repositories that are attacked, and one more whose secret the attacker has. */
export const ATTACKED: Record<ProviderName, string> = {
  github: 'github.com/acme/attacked',
  gitlab: 'gitlab.example.com/acme/attacked',
  bitbucket: 'bitbucket.org/acme/attacked',
  'bitbucket-server': 'bitbucket.example.com/ACME/attacked',
};
export const ANOTHER = 'github.com/acme/of-the-attacker';

/** A request that is to deploy nothing. */
export interface Attempt {
  kind: string;
  posted: Posted;
  /** What it may be answered. */
  answers: readonly string[];
}

interface Right {
  provider: ProviderName;
  /** A push that was taken, and is no longer the last of its branch. */
  posted: Posted;
}

/** Makes another request of one that was taken; `turn` says where. */
type Attack = (right: Right, turn: number) => Posted;

const flipped = (body: Buffer, turn: number): Buffer => {
  const copy = Buffer.from(body);
  const bit = turn % (body.length * 8);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
};

const withBody = ({ posted }: Right, body: Buffer): Posted => ({ ...posted, body });
const withHeaders = ({ posted }: Right, headers: Record<string, string>): Posted => ({
  ...posted,
  headers: { ...posted.headers, ...headers },
});
const proofOf = ({ provider, posted }: Right): string => posted.headers[FORMS[provider].proof] ?? '';
const withProof = (right: Right, proof: string): Posted => withHeaders(right, { [FORMS[right.provider].proof]: proof });
const signedWith = (right: Right, secret: string, body = right.posted.body): Posted =>
  withHeaders({ ...right, posted: { ...right.posted, body } }, FORMS[right.provider].prove(body, secret, new Date()));
const otherRef = ({ posted: { body } }: Right, turn: number): Buffer =>
  Buffer.from(body.toString().replace(/release/g, `main-${turn}`));

const FORGED: Record<string, Attack> = {
  'a bit of the body': (right, turn) => withBody(right, flipped(right.posted.body, turn * 37)),
  'another branch': (right, turn) => withBody(right, otherRef(right, turn)),
  'another commit': (right, turn) =>
    withBody(right, Buffer.from(right.posted.body.toString().replace(/[0-9a-f]{36}/, String(turn).padStart(36, '0')))),
  'a byte more': (right, turn) => withBody(right, Buffer.concat([right.posted.body, Buffer.alloc(1 + turn, ' ')])),
  'a byte less': (right, turn) => withBody(right, right.posted.body.subarray(0, -1 - turn)),
  'a byte order mark': (right) => withBody(right, Buffer.concat([Buffer.from('\ufeff'), right.posted.body])),
  'no body': (right) => withBody(right, Buffer.alloc(0)),
  'a character of the signature': (right, turn) => {
    const proof = proofOf(right);
    const at = proof.length - 3 - (turn % 30);
    return withProof(right, `${proof.slice(0, at)}${proof[at] === 'a' ? 'b' : 'a'}${proof.slice(at + 1)}`);
  },
  'a shorter signature': (right, turn) => withProof(right, proofOf(right).slice(0, -2 - turn)),
  'no signature': (right) => withProof(right, ''),
  'two signatures in one': (right) => withProof(right, `${proofOf(right)},${proofOf(right)}`),
  'the secret as the signature': (right) =>
    withHeaders(right, {
      [FORMS[right.provider].proof]: '',
      'x-gitlab-token': secretOf(right.provider, ATTACKED[right.provider]),
    }),
  'an empty secret': (right) => signedWith(right, ''),
  'the secret of another connection': (right, turn) =>
    signedWith(right, secretOf(right.provider, ANOTHER), otherRef(right, turn)),
  'SHA-1 alone': (right) => {
    const secret = secretOf(right.provider, ATTACKED[right.provider]);
    const sum = createHmac('sha1', secret).update(right.posted.body).digest('hex');
    return withHeaders(right, { [FORMS[right.provider].proof]: '', 'x-hub-signature': `sha1=${sum}` });
  },
  'sent to another connection': (right) => ({ ...right.posted, path: pathOf('github', ANOTHER) }),
  'sent to a connection that is not there': (right, turn) => ({
    ...right.posted,
    path: `/${right.provider}/${String(turn).padStart(12, 'f')}`,
  }),
  'another provider’s address': ({ provider, posted }) => ({
    ...posted,
    path: posted.path.replace(provider, provider === 'github' ? 'bitbucket' : 'github'),
  }),
};

/** Signed as they are to be: the bytes came before. */
const REPLAYED: Record<string, Attack> = {
  'the same once more': ({ posted }) => posted,
  'the same with another id of the delivery': (right, turn) =>
    withHeaders(right, { 'x-github-delivery': `replayed-${turn}`, 'x-request-id': `replayed-${turn}` }),
};

/** What is signed is not enough: it tells of something else, or of another repository. */
const MISUSED: Record<string, Attack> = {
  'as another event': (right) => withHeaders(right, { [FORMS[right.provider].event]: 'ping' }),
  'without its event': (right) => withHeaders(right, { [FORMS[right.provider].event]: '' }),
  'as a form': (right) => withHeaders(right, { 'content-type': 'application/x-www-form-urlencoded' }),
  'of the attacked repository, with the attacker’s secret, to the attacker’s connection': (_, turn) =>
    signed(
      { provider: 'github', repository: ANOTHER, event: 'push' },
      releasePush('github', String(turn).padStart(40, 'e')),
    ),
};

const attempts = (attacks: Record<string, Attack>, answers: readonly string[]) =>
  Object.entries(attacks).map(([kind, attack]) => ({ kind, attack, answers }));

const ATTACKS = [
  ...attempts(FORGED, ['401 SIGNATURE']),
  ...attempts(REPLAYED, ['200 duplicate']),
  ...attempts(MISUSED, ['200 ignored', '200 pong', '400 PAYLOAD', '400 REPOSITORY', '415 CONTENT_TYPE']),
];

/** GitLab signs the time as well: one that is old is no longer signed. */
const late = (posted: Posted): Attempt => {
  const form = FORMS.gitlab;
  const minutesAgo = new Date(Date.now() - 6 * 60_000);
  const proof = form.prove(posted.body, secretOf('gitlab', ATTACKED.gitlab), minutesAgo);
  const headers = { ...posted.headers, ...proof };
  return { kind: 'signed six minutes ago', posted: { ...posted, headers }, answers: ['401 SIGNATURE'] };
};

/** Two pushes to each of the attacked repositories, and so many attempts that begin with what the first of them was. */
export async function attacked(most: number, post: Post): Promise<{ first: Answered[]; attempts: Attempt[] }> {
  const first: Answered[] = [];
  const rights: Right[] = [];
  for (const [provider, repository] of Object.entries(ATTACKED) as [ProviderName, string][]) {
    const [old, last] = ['a', 'b'].map((commit) =>
      signed({ provider, repository, event: PUSH_EVENTS[provider] }, releasePush(provider, commit.repeat(40))),
    ) as [Posted, Posted];
    first.push(await post(old), await post(last));
    rights.push({ provider, posted: old });
  }
  const all = Array.from({ length: most }, (_, at): Attempt => {
    const { kind, attack, answers } = ATTACKS[
      Math.floor(at / rights.length) % ATTACKS.length
    ] as (typeof ATTACKS)[number];
    const right = rights[at % rights.length] as Right;
    const posted = attack(right, Math.floor(at / rights.length / ATTACKS.length));
    return { kind: `${right.provider}: ${kind}`, posted, answers };
  });
  const gitlab = rights.find(({ provider }) => provider === 'gitlab') as Right;
  return { first, attempts: [...all.slice(0, -1), late(gitlab.posted)] };
}

/** Attempts that were answered as they must not be, in words. */
export const wronglyAnswered = (attempts: readonly Attempt[], answers: readonly Answered[]): string[] =>
  attempts.flatMap(({ kind, answers: right }, at) => {
    const { status, code, outcome } = answers[at] ?? { status: 0 };
    const said = `${status} ${code ?? outcome}`;
    return right.includes(said) ? [] : [`${kind}: ${said}`];
  });
