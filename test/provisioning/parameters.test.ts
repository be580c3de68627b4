import { parametersOf } from '../../shared/provisioning/parameters.ts';
import { resolve } from '../preview/samples.ts';
import { TEMPLATES, templateIn, VARIANTS } from '../templates/samples.ts';

const SETTINGS = {
  PILOT_BOUNDARY: 'arn:aws:iam::123456789012:policy/pilots',
  CLOUDFRONT_PREFIX_LIST: 'pl-0a1b2c3d',
  SHARED_VPC: 'vpc-1',
  SHARED_PUBLIC_SUBNETS: 'subnet-1,subnet-2',
  SHARED_PRIVATE_SUBNETS: 'subnet-3,subnet-4',
};
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const given = (text: string, settings: Record<string, string> = SETTINGS, found: Record<string, string> = {}) =>
  parametersOf(templateIn(text), resolve(text), settings, found);
const missing = (of: ReturnType<typeof given>) => ('problems' in of ? of.problems.map(({ expected }) => expected) : []);

describe('the parameters of a template', () => {
  it.each(Object.keys(TEMPLATES))('of %s are all known', (name) => {
    expect(() => given(VARIANTS[name] ?? '')).not.toThrow();
  });

  it.each(['ecs-small', 'ecs-shared-network', 'ecs-rules', 'lambda-small'])('of %s are the operator’s', (name) => {
    const found = given(VARIANTS[name] ?? '');
    const { Parameters = {} } = TEMPLATES[name] ?? {};
    expect('parameters' in found && Object.keys(found.parameters)).toEqual(Object.keys(Parameters));
    for (const value of Object.values('parameters' in found ? found.parameters : {}))
      expect(Object.values(SETTINGS)).toContain(value);
  });

  it('match what the template takes', () => {
    const domain = `domain: {name: shop.example.com, zone: Z0123456789ABC, certificate: "${CERTIFICATE}"}\n`;
    const found = given(`${VARIANTS['ecs-small']}${domain}`, SETTINGS, { Zone: 'Z0123456789ABC' });
    expect(found).toEqual({
      parameters: {
        Boundary: SETTINGS.PILOT_BOUNDARY,
        CloudFrontPrefixList: 'pl-0a1b2c3d',
        Zone: 'Z0123456789ABC',
        CdnCertificate: CERTIFICATE,
      },
    });
    const { Parameters = {} } = templateIn(`${VARIANTS['ecs-small']}${domain}`);
    for (const [name, value] of Object.entries('parameters' in found ? found.parameters : {}))
      expect(value).toMatch(new RegExp(`^(?:${Parameters[name]?.AllowedPattern ?? '.*'})$`));
  });

  it('that the operator has not set are all named at once', () => {
    expect(missing(given(VARIANTS['ecs-shared-network'] ?? '', { PILOT_BOUNDARY: '' }))).toEqual([
      expect.stringMatching(/^PILOT_BOUNDARY: /),
      expect.stringMatching(/^SHARED_VPC: /),
      expect.stringMatching(/^SHARED_PUBLIC_SUBNETS: /),
      expect.stringMatching(/^SHARED_PRIVATE_SUBNETS: /),
      expect.stringMatching(/^CLOUDFRONT_PREFIX_LIST: /),
    ]);
  });

  it('are what AWS was asked for, where nobody has set them', () => {
    const asked = { CloudFrontPrefixList: 'pl-aws', Zone: 'Z1', CdnCertificate: CERTIFICATE };
    const settings = { PILOT_BOUNDARY: SETTINGS.PILOT_BOUNDARY };
    const text = `${VARIANTS['ecs-small']}domain: {name: shop.example.com}\n`;
    expect(given(text, settings, asked)).toMatchObject({ parameters: asked });
    expect(given(text, SETTINGS, asked)).toMatchObject({ parameters: { CloudFrontPrefixList: 'pl-0a1b2c3d' } });
  });

  it('that the manifest does not give say what to write', () => {
    expect(missing(given(`${VARIANTS['ecs-small']}domain: {name: shop.example.com, zone: example.com}\n`))).toEqual([
      expect.stringMatching(/^domain.zone: /),
      expect.stringMatching(/^domain.certificate: /),
    ]);
  });

  it('that nothing gives are a mistake of the template', () => {
    const template = {
      ...templateIn(VARIANTS['lambda-small'] ?? ''),
      Parameters: { Moon: { Type: 'String', Description: '' } },
    };
    expect(() => parametersOf(template, resolve(VARIANTS['lambda-small'] ?? ''), SETTINGS, {})).toThrow('Moon');
  });
});
