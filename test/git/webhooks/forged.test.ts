import { createHmac } from 'node:crypto';
import type { Delivery } from '../../../shared/git/told.ts';
import { bytes, FORMS, type Form, NOW, reader, SIGNING_TOKEN, standard } from './deliveries.ts';

const BODY = bytes(JSON.stringify({ ref: 'refs/heads/main', repository: { full_name: 'acme/shop' } }));
const OTHER = `whsec_${Buffer.from('ffffffffffffffffffffffffffffffff').toString('base64')}`;
const VARIATIONS = 500;

interface Attempt extends Delivery {
  secrets: string[];
}

/** Each makes another delivery, or another choice of secrets, of one that is right; `turn` says where. */
type Forgery = (right: Attempt, form: Form, turn: number) => Attempt;

const flipped = (body: Uint8Array, turn: number): Uint8Array => {
  const bit = turn % (body.length * 8);
  return body.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
};

const signature = (right: Attempt, { header }: Form): string => right.headers[header] ?? '';
const withSignature = (right: Attempt, { header }: Form, value: string | undefined): Attempt => ({
  ...right,
  headers: { ...right.headers, [header]: value },
});
/** The sum alone: what comes behind `sha256=` or `v1,`. */
const sum = (right: Attempt, form: Form): string => signature(right, form).replace(/^(sha256=|v1,)/, '');
const prefix = (right: Attempt, form: Form): string => signature(right, form).slice(0, -sum(right, form).length);

const FORGERIES: Record<string, Forgery> = {
  'a bit of the body': (right, _, turn) => ({ ...right, body: flipped(right.body, turn) }),
  'a byte more': (right, _, turn) => ({ ...right, body: Uint8Array.from([...right.body, turn % 256]) }),
  'a byte less': (right, _, turn) => ({ ...right, body: right.body.subarray(0, -1 - (turn % 20)) }),
  'a character of the signature': (right, form, turn) => {
    const text = sum(right, form);
    const at = turn % (text.length - 1);
    const other = text[at] === 'a' ? 'b' : 'a';
    return withSignature(right, form, `${prefix(right, form)}${text.slice(0, at)}${other}${text.slice(at + 1)}`);
  },
  'a shorter signature': (right, form, turn) =>
    withSignature(right, form, signature(right, form).slice(0, -1 - (turn % 40))),
  'a longer signature': (right, form, turn) => withSignature(right, form, `${signature(right, form)}${turn % 10}`),
  'the letters of the signature in another case': (right, form) =>
    withSignature(right, form, prefix(right, form) + sum(right, form).replace(/[a-z]/g, (sign) => sign.toUpperCase())),
  'another name of the sum': (right, form, turn) =>
    withSignature(right, form, `${['sha1=', 'sha512=', 'v0,', 'v1a,', ''][turn % 5]}${sum(right, form)}`),
  'a secret that is another connection’s': (right, form, turn) => ({
    ...right,
    headers: { ...right.headers, ...form.sign(right.body, turn % 2 ? OTHER : 'the secret of another connection') },
  }),
  'no secret known': (right) => ({ ...right, secrets: [] }),
  'an empty secret known, and signed with it': (right, form) => ({
    ...right,
    headers: { ...right.headers, ...form.sign(right.body, '') },
    secrets: [''],
  }),
  'no signature': (right, form) => withSignature(right, form, undefined),
  'an empty signature': (right, form) => withSignature(right, form, ''),
  'two headers that were joined': (right, form, turn) =>
    withSignature(
      right,
      form,
      Array(2 + (turn % 3))
        .fill(signature(right, form))
        .join(turn % 2 ? ',' : ', '),
    ),
  'the secret itself as the signature': (right, form) => withSignature(right, form, form.secret),
  'only SHA-1, in the old header': (right, form) => ({
    ...withSignature(right, form, undefined),
    headers: {
      ...right.headers,
      [form.header]: undefined,
      'x-hub-signature': `sha1=${createHmac('sha1', form.secret).update(right.body).digest('hex')}`,
    },
  }),
};

const right = (form: Form): Attempt => ({ body: BODY, headers: form.sign(BODY, form.secret), secrets: [form.secret] });
const isAccepted = ({ provider }: Form, { secrets, ...delivery }: Attempt): boolean =>
  reader(provider).isSigned(delivery, secrets);

describe.each(FORMS)('webhook: $name', (form) => {
  it('accepts what was signed with the secret, and with the one before it', () => {
    expect(isAccepted(form, right(form))).toBe(true);
    expect(isAccepted(form, { ...right(form), secrets: [OTHER, form.secret] })).toBe(true);
  });

  it(`accepts none of ${VARIATIONS} that were forged or altered`, () => {
    const kinds = Object.entries(FORGERIES);
    const accepted: string[] = [];
    for (let turn = 0; turn < VARIATIONS; turn++) {
      const [kind, forge] = kinds[turn % kinds.length] ?? [];
      if (!kind || !forge) continue;
      const forged = forge(right(form), form, Math.floor(turn / kinds.length) * 7);
      expect(forged).not.toEqual(right(form));
      if (isAccepted(form, forged)) accepted.push(`${kind}, turn ${turn}`);
    }
    expect(accepted).toEqual([]);
  });
});

describe('webhook: GitHub’s old signature', () => {
  it('is never accepted, also where it is right', () => {
    const sum = createHmac('sha1', 'a secret').update(BODY).digest('hex');
    const headers = { 'x-hub-signature': `sha1=${sum}`, 'x-hub-signature-256': `sha1=${sum}` };
    expect(reader('github').isSigned({ headers, body: BODY }, ['a secret'])).toBe(false);
    expect(reader('github').isSigned({ headers: { 'x-hub-signature': `sha1=${sum}` }, body: BODY }, ['a secret'])).toBe(
      false,
    );
  });
});

describe('webhook: GitLab', () => {
  const isSigned = (headers: Record<string, string>, secrets: string[]) =>
    reader('gitlab').isSigned({ headers, body: BODY }, secrets);

  it('accepts the secret token as it is, and no other', () => {
    expect(isSigned({ 'x-gitlab-token': 'a token' }, ['another', 'a token'])).toBe(true);
    for (const wrong of ['', 'a token ', 'A token', 'a toke', 'a token, a token', 'a token,a token', 'another token'])
      expect(isSigned({ 'x-gitlab-token': wrong }, ['a token', ''])).toBe(false);
    expect(isSigned({}, ['a token', ''])).toBe(false);
  });

  it('never takes a signing token that is sent along for a proof', () => {
    expect(isSigned({ 'x-gitlab-token': SIGNING_TOKEN }, [SIGNING_TOKEN])).toBe(false);
    expect(isSigned({ 'x-gitlab-token': 'whsec_' }, ['whsec_'])).toBe(false);
  });

  it.each([
    [-300, true],
    [300, true],
    [-301, false],
    [301, false],
  ])('accepts a signature of %d seconds from now: %s', (seconds, accepted) => {
    expect(isSigned(standard(BODY, SIGNING_TOKEN, NOW / 1000 + seconds), [SIGNING_TOKEN])).toBe(accepted);
  });

  it('accepts one signature of several that come in one header', () => {
    const headers = standard(BODY, SIGNING_TOKEN);
    const several = `v1,${'A'.repeat(43)}= ${headers['webhook-signature']}`;
    expect(isSigned({ ...headers, 'webhook-signature': several }, [SIGNING_TOKEN])).toBe(true);
  });

  it.each(['webhook-id', 'webhook-timestamp'])('accepts no signature with another %s, or without', (header) => {
    const headers = standard(BODY, SIGNING_TOKEN);
    expect(isSigned({ ...headers, [header]: `${Number(NOW / 1000) + 1}` }, [SIGNING_TOKEN])).toBe(false);
    expect(isSigned({ ...headers, [header]: '' }, [SIGNING_TOKEN])).toBe(false);
    expect(isSigned({ ...headers, [header]: 'NaN' }, [SIGNING_TOKEN])).toBe(false);
  });

  it('takes no key that is too short to be one', () => {
    const short = `whsec_${Buffer.from('short').toString('base64')}`;
    expect(isSigned(standard(BODY, short), [short])).toBe(false);
    expect(isSigned(standard(BODY, 'whsec_'), ['whsec_'])).toBe(false);
  });
});
