import { type Loaded, loadManifest } from '../../shared/manifest/load.ts';
import { type Operator, readOperator } from '../../shared/manifest/operator.ts';
import { forbidden, isAllowed, wishesOf } from '../../shared/planning/forbidden.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const here = { environment: 'production', account: '123456789012', region: 'eu-central-1' };

function loaded(more: string, environment = 'production'): Extract<Loaded, { ok: true }> {
  const text = `apiVersion: pilotage/v1
name: acme-shop
target: ecs
source: { image: "acme/shop:1" }
${more}`;
  const found = loadManifest(encode(text), 'pilot.yaml', environment);
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found;
}

function operator(text = ''): Operator {
  const found = readOperator(text ? encode(`apiVersion: pilotage/v1\n${text}`) : undefined, 'operator.yaml');
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found.operator;
}

const refused = (more: string, allowed = '') =>
  forbidden(loaded(more), operator(allowed), here).map(({ code, place }) => `${place?.line} ${code} ${place?.path}`);

const EVERYTHING = `account: 210987654321
region: us-east-1
role: arn:aws:iam::210987654321:role/pilotage
domain:
  name: shop.example.com
  aliases: [www.shop.example.com, shop.example.net]
email: { domain: mail.example.com, mx: [mx.example.org] }
secrets: { SMTP: "secret:/shared/smtp#password" }
`;

it('the alarms of another pilot are nobody’s to give', () => {
  const own = 'acme-shop-production--errors';
  const names = (name: string) => refused(`alarms: { names: [${name}] }\n`);
  expect([own, 'queue-too-long'].flatMap(names)).toEqual([]);
  for (const name of ['acme-two-production--errors', 'acme-shop-staging--errors', 'acme-shop-production-2--errors'])
    expect(names(name)).toEqual(['5 REFERENCE_FORBIDDEN alarms.names[0]']);
});

it('the references of a preview are those of all the pilot’s previews, and production’s are nobody’s to give', () => {
  const text = `apiVersion: pilotage/v1
name: acme-shop
target: ecs
source: { git: { repository: github.com/acme/shop } }
previews: true
`;
  const wishes = (written: string) => {
    const found = loadManifest(encode(`${text}secrets: { A: "${written}" }\n`), 'pilot.yaml', 'pr12');
    if (!found.ok) throw new Error(JSON.stringify(found.problems));
    return wishesOf(found.manifest, { ...here, environment: 'pr12' }).map(({ name, never }) => [name, never === true]);
  };
  expect([...wishes('secret:smtp'), ...wishes('ssm:/pilots/acme-shop/preview/smtp')]).toEqual([]);
  expect(wishes('secret:/shared/smtp')).toEqual([['secret:/shared/smtp', false]]);
  for (const other of ['acme-shop/production', 'acme-two/preview', 'acme-shop/pr12'])
    expect(wishes(`secret:/pilots/${other}/db`)).toEqual([[`secret:/pilots/${other}/db`, true]]);
});

describe('the image', () => {
  const image = (repository: string, account = here.account) =>
    `source: { image: "${account}.dkr.ecr.eu-central-1.amazonaws.com/${repository}:1" }\n`;
  const from = (repository: string, account?: string, allowed = '') => {
    const found = loaded('').manifest;
    const source = { ...found.source, image: /"(.*)"/.exec(image(repository, account))?.[1] };
    return wishesOf({ ...found, source } as typeof found, here)
      .filter((wish) => !isAllowed(wish, found.name, operator(allowed)))
      .map(({ kind, name, never }) => [kind, name, never === true]);
  };

  it('of a repository that is named after the pilot, or of another account, needs nobody’s word', () => {
    for (const own of ['acme-shop', 'acme-shop/web', 'pilots/acme-shop/production']) expect(from(own)).toEqual([]);
    expect(from('tools/base', '999999999999')).toEqual([]);
    expect(wishesOf(loaded('').manifest, here)).toEqual([]);
  });

  it('of another repository needs the operator’s, and that of another pilot or environment is nobody’s to give', () => {
    expect(from('tools/base')).toEqual([['images', 'tools/base', false]]);
    expect(from('acme-shop-two')).toEqual([['images', 'acme-shop-two', false]]);
    expect(from('tools/base', undefined, 'everyone: { images: [tools/*] }\n')).toEqual([]);
    for (const other of ['pilots/acme-two/production', 'pilots/acme-shop/staging'])
      expect(from(other, undefined, 'everyone: { images: ["p*"] }\n')).toEqual([['images', other, true]]);
  });
});

describe('without the operator’s word', () => {
  it('everything that is shared or elsewhere is refused, each where it stands', () => {
    expect(refused(EVERYTHING)).toEqual([
      '5 ACCOUNT_FORBIDDEN account',
      '6 ACCOUNT_FORBIDDEN region',
      '7 ACCOUNT_FORBIDDEN role',
      '9 DOMAIN_FORBIDDEN domain.name',
      '10 DOMAIN_FORBIDDEN domain.aliases[0]',
      '10 DOMAIN_FORBIDDEN domain.aliases[1]',
      '11 DOMAIN_FORBIDDEN email.domain',
      '12 REFERENCE_FORBIDDEN secrets.SMTP',
    ]);
  });

  it('a refusal names what the operator would have to add, and where', () => {
    const [problem] = forbidden(loaded('domain: { name: shop.example.com }\n'), operator(), here);
    expect(problem).toEqual({
      code: 'DOMAIN_FORBIDDEN',
      message: 'the domain shop.example.com is not allowed to acme-shop',
      expected: 'no domains: the operator has allowed none so far',
      hint: 'the operator can add shop.example.com to pilots.acme-shop.domains in operator.yaml',
      place: { file: 'pilot.yaml', line: 5, column: 11, path: 'domain.name' },
    });
  });

  it('the account and region of Pilotage and the pilot’s own references need none', () => {
    const own = `account: 123456789012
region: eu-central-1
secrets: { A: secret:db, B: ssm:deep/er, C: secret:/pilots/acme-shop/production/db, D: ssm:/pilots/acme-shop/production/x }
`;
    expect(wishesOf(loaded(own).manifest, here)).toEqual([]);
  });
});

describe('with the operator’s word', () => {
  const ALL = `domains: [shop.example.com, "*.shop.example.com", shop.example.net, mail.example.com]
accounts: [210987654321]
regions: [us-east-1]
roles: [arn:aws:iam::210987654321:role/pilotage]
references: [secret:/shared/smtp]
`.replace(/^/gm, '    ');

  it('all of it may be used', () => {
    expect(refused(EVERYTHING, `pilots:\n  acme-shop:\n${ALL}`)).toEqual([]);
    expect(refused(EVERYTHING, `everyone:\n${ALL}`)).toEqual([]);
  });

  it('to another pilot, nothing may be', () => {
    expect(refused(EVERYTHING, `pilots:\n  acme:\n${ALL}`)).toHaveLength(8);
  });

  it.each([
    ['a.acme.example.com', true],
    ['a.b.acme.example.com', true],
    ['acme.example.com', false],
    ['evilacme.example.com', false],
    ['acme.example.com.example.net', false],
  ])('*.acme.example.com lets in %s: %p', (domain, allowed) => {
    const word = 'everyone: { domains: ["*.acme.example.com"] }';
    expect(refused(`domain: { name: ${domain} }\n`, word)).toHaveLength(allowed ? 0 : 1);
  });

  it.each([
    ['ssm:/shared/smtp', true],
    ['ssm:/shared/deep/er', true],
    ['ssm:/shared', false],
    ['ssm:/sharedness', false],
    ['secret:/shared/smtp', false],
  ])('ssm:/shared/* lets in %s: %p', (reference, allowed) => {
    const word = 'everyone: { references: ["ssm:/shared/*"] }';
    expect(refused(`secrets: { S: ${reference} }\n`, word)).toHaveLength(allowed ? 0 : 1);
  });

  it('outputs of a stack are let in by its name', () => {
    const more = 'config: { values: { VPC: stack-output:network.VpcId, TOO: stack-output:networks.VpcId } }\n';
    expect(refused(more, 'everyone: { references: ["stack-output:network.*"] }')).toEqual([
      '5 REFERENCE_FORBIDDEN config.values.TOO',
    ]);
  });

  it.each([
    'secret:/pilots/acme/production/db',
    'secret:/pilots/acme-shop/staging/db',
    'ssm:/pilots/acme-shop/productions/db',
  ])('%s stays another’s own, whatever is allowed', (reference) => {
    const everything = operator('everyone: { references: ["secret:/p*", "ssm:/*"] }');
    const problems = forbidden(loaded(`secrets: { S: ${reference} }\n`), everything, here);
    expect(problems).toMatchObject([{ code: 'REFERENCE_FORBIDDEN', place: { path: 'secrets.S' } }]);
    expect(problems[0]).not.toHaveProperty('hint');
  });

  it('a pilot whose name JavaScript knows gets nothing by it', () => {
    const text = 'apiVersion: pilotage/v1\nname: constructor\ntarget: static\nsource: { artifact: site.zip }\n';
    const found = loadManifest(encode(`${text}domain: { name: a.example.com }\n`), 'pilot.yaml');
    if (!found.ok) throw new Error('the manifest is wrong');
    expect(forbidden(found, operator(), here)).toMatchObject([{ code: 'DOMAIN_FORBIDDEN' }]);
  });
});

describe('what was made for a pilot', () => {
  const secret = (name: string) =>
    refused(`secrets: { KEY: "secret:/${name}" }\n`, 'everyone: { references: ["secret:/*"] }\n');

  it('is its own, and no word of the operator gives it to another', () => {
    expect(secret('made/acme-shop/production/database')).toEqual([]);
    expect(secret('made/acme-shop/staging/database')).toEqual(['5 REFERENCE_FORBIDDEN secrets.KEY']);
    expect(secret('made/other/production/database')).toEqual(['5 REFERENCE_FORBIDDEN secrets.KEY']);
    expect(secret('pilots/other/production/smtp')).toEqual(['5 REFERENCE_FORBIDDEN secrets.KEY']);
    expect(secret('shared/smtp')).toEqual([]);
  });
});
