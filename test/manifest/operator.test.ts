import { readOperator } from '../../shared/manifest/operator.ts';

const read = (text: string) => readOperator(new TextEncoder().encode(text), 's3://manifests/operator.yaml');
const problemsOf = (text: string) => {
  const found = read(text);
  return found.ok ? [] : found.problems;
};
const KEYS = 'apiVersion, pilots, everyone, edge and previews';
const withShop = (lines: string) => `apiVersion: pilotage/v1\npilots:\n  acme-shop:\n${lines}`;

describe('the operator’s file', () => {
  it('says what is allowed to each pilot, and to all of them', () => {
    const found = read(
      withShop(`    domains: [shop.example.com, "*.acme.example.com"]
    accounts: [123456789012]
    regions: [eu-central-1]
    roles: [arn:aws:iam::123456789012:role/pilotage]
    references: [secret:/shared/smtp, ssm:/shared/*, stack-output:network.*]
everyone: { domains: [], references: ["stack-output:shared-*"] }
`),
    );
    expect(found).toEqual({
      ok: true,
      operator: {
        file: 's3://manifests/operator.yaml',
        pilots: {
          'acme-shop': {
            domains: ['shop.example.com', '*.acme.example.com'],
            accounts: ['123456789012'],
            regions: ['eu-central-1'],
            roles: ['arn:aws:iam::123456789012:role/pilotage'],
            references: ['secret:/shared/smtp', 'ssm:/shared/*', 'stack-output:network.*'],
          },
        },
        everyone: { domains: [], references: ['stack-output:shared-*'] },
      },
    });
  });

  it('says how CloudFront is let in where a manifest does not, of all pilots and of one', () => {
    const found = read(`${withShop('    edge: { service: GLOBALACCELERATOR }\n')}edge: { mode: prefix-list }\n`);
    expect(found).toMatchObject({
      operator: { edge: { mode: 'prefix-list' }, pilots: { 'acme-shop': { edge: { service: 'GLOBALACCELERATOR' } } } },
    });
  });

  it.each([
    ['a mode that there is none of', '{ mode: prefix-lists }', 'edge.mode', 'did you mean prefix-list?'],
    ['no name of a service', '{ service: cloudfront }', 'edge.service', undefined],
    ['a service that AWS’s own list does not have', '{ mode: vpc-origin, service: EC2 }', 'edge.service', undefined],
    ['another key', '{ ipv6: false }', 'edge.ipv6', undefined],
  ])('may not say %s', (_, edge, path, hint) => {
    expect(problemsOf(`apiVersion: pilotage/v1\nedge: ${edge}\n`)).toMatchObject([
      { code: 'OPERATOR_FILE', place: { line: 2, path }, ...(hint && { hint }) },
    ]);
    expect(problemsOf(withShop(`    edge: ${edge}\n`))).toMatchObject([
      { code: 'OPERATOR_FILE', place: { line: 4, path: `pilots.acme-shop.${path}` } },
    ]);
  });

  it('says of everyone only what is allowed', () => {
    expect(problemsOf('apiVersion: pilotage/v1\neveryone: { edge: { mode: rules } }\n')).toMatchObject([
      { code: 'OPERATOR_FILE', place: { line: 2, path: 'everyone.edge' } },
    ]);
  });

  it('limits previews, of all pilots and of each, and how long one is kept, as far as it says', () => {
    expect(read('apiVersion: pilotage/v1\npreviews: { most: 20, perPilot: 0, keep: 7d }\n')).toMatchObject({
      operator: { previews: { most: 20, perPilot: 0, keep: 604_800 } },
    });
    expect(read('apiVersion: pilotage/v1\npreviews: { keep: 36h }\n')).toMatchObject({
      operator: { previews: { keep: 129_600 } },
    });
  });

  it.each([
    ['less than none', '{ most: -1 }', 'previews.most'],
    ['a share of one', '{ perPilot: 1.5 }', 'previews.perPilot'],
    ['minutes', '{ keep: 90m }', 'previews.keep'],
    ['no time at all', '{ keep: 0d }', 'previews.keep'],
    ['for ever', '{ keep: 91d }', 'previews.keep'],
    ['another key', '{ max: 3 }', 'previews.max'],
  ])('limits previews to nothing like %s', (_, previews, path) => {
    expect(problemsOf(`apiVersion: pilotage/v1\npreviews: ${previews}\n`)).toMatchObject([
      { code: 'OPERATOR_FILE', place: { line: 2, path } },
    ]);
  });

  it('that is not there allows nothing', () => {
    expect(readOperator(undefined, 'operator.yaml')).toEqual({
      ok: true,
      operator: { file: 'operator.yaml', pilots: {}, everyone: {} },
    });
  });

  it('tells all that is wrong with it at once, in the order of the file', () => {
    const problems = problemsOf(`apiVersion: pilotage/v2
pilots:
  Acme: {}
  acme-shop:
    domain: [shop.example.com]
    accounts: [1234]
everyone: [all]
`);
    expect(problems.map(({ code, place }) => [code, place?.line, place?.path])).toEqual([
      ['OPERATOR_FILE', 1, 'apiVersion'],
      ['OPERATOR_FILE', 3, 'pilots.Acme'],
      ['OPERATOR_FILE', 5, 'pilots.acme-shop.domain'],
      ['OPERATOR_FILE', 6, 'pilots.acme-shop.accounts[0]'],
      ['OPERATOR_FILE', 7, 'everyone'],
    ]);
    expect(problems[2]?.hint).toBe('did you mean domains?');
    expect(problems[0]?.place?.file).toBe('s3://manifests/operator.yaml');
  });

  it.each([
    ['nothing', '', 'the operator’s file is empty', KEYS],
    ['a list', '- a\n', 'the operator’s file is a list', `a section with ${KEYS}`],
    ['no YAML', 'pilots: [\n', 'a bracket or brace is still open here', 'a ] or } that closes it'],
    ['an unknown key', 'apiVersion: pilotage/v1\nextra: 1\n', 'extra is no key of the operator’s file', undefined],
  ])('of %s is refused, and not called a manifest', (_, text, message, expected) => {
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ code: 'OPERATOR_FILE', message, ...(expected && { expected }) });
    expect(JSON.stringify(problemsOf(text))).not.toContain('the manifest');
  });

  it.each(['a.*.example.com', '*example.com', '*.com', '*', 'SHOP.example.com'])(
    'allows no domain like %s',
    (domain) => {
      expect(problemsOf(withShop(`    domains: ["${domain}"]\n`))).toMatchObject([
        { code: 'OPERATOR_FILE', place: { line: 4, path: 'pilots.acme-shop.domains[0]' } },
      ]);
    },
  );

  it.each([
    ['without a leading /', 'ssm:shared/smtp'],
    ['with * in the middle', 'ssm:/shared/*/x'],
    ['of another kind', 'vault:/shared/smtp'],
    ['that climbs', 'secret:/shared/../pilots/other'],
    ['with a key of the secret', 'secret:/shared/smtp#password'],
    ['that is a pilot’s own', 'secret:/pilots/other/production/db'],
    ['that was made for a pilot', 'secret:/made/other/production/database'],
    ['that was made for every pilot', 'ssm:/made/*'],
    ['that is every pilot’s own', 'ssm:/pilots/*'],
  ])('allows no reference %s', (_, reference) => {
    expect(problemsOf(withShop(`    references: ["${reference}"]\n`))).toMatchObject([
      { code: 'OPERATOR_FILE', place: { path: 'pilots.acme-shop.references[0]' } },
    ]);
  });
});
