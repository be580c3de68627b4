import { randomUUID } from 'node:crypto';
import { CreateManagedPrefixListCommand, EC2Client } from '@aws-sdk/client-ec2';
import { listName } from '../../shared/edge-sync/own-lists.ts';
import { proposedParameters } from '../../shared/planning/stack-parameters.ts';
import { resolve, SMALL } from '../preview/samples.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { templateIn } from '../templates/samples.ts';

beforeAll(() => {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: emulatorUrl(),
    INSTALLATION: `pilotage-${randomUUID().slice(0, 8)}`,
  });
});

const NEW = ['CloudFrontPrefixList', 'EdgeListIpv4', 'EdgeListIpv6', 'Zone', 'CdnCertificate'];

/** Of a stack that has all but these. */
function proposed(more: string, without: readonly string[] = NEW) {
  const text = `${SMALL.ecs}${more}`;
  const template = templateIn(text);
  const has = Object.keys(template.Parameters ?? {}).filter((name) => !without.includes(name));
  return proposedParameters({ template, manifest: resolve(text), environment: 'production', has });
}

const make = (name: string) =>
  new EC2Client({}).send(
    new CreateManagedPrefixListCommand({
      ...{ PrefixListName: name, AddressFamily: name.endsWith('4') ? 'IPv4' : 'IPv6', MaxEntries: 1 },
      TagSpecifications: [
        {
          ResourceType: 'prefix-list',
          Tags: [{ Key: 'pilotage:installation', Value: process.env.INSTALLATION }],
        },
      ],
    }),
  );

describe('what a change set is asked with', () => {
  it('is as it is now, for what the stack has', async () => {
    const { parameters } = (await proposed('', [])) as { parameters: object };
    expect(new Set(Object.values(parameters))).toEqual(new Set([undefined]));
    expect(parameters).toHaveProperty('CloudFrontPrefixList');
  });

  it('is looked up for what the stack has not yet: AWS’s own list', async () => {
    expect(await proposed('edge: { mode: managed-prefix-list }\n')).toEqual({
      parameters: expect.objectContaining({ CloudFrontPrefixList: expect.stringMatching(/^pl-/), Boundary: undefined }),
    });
  });

  it('is the lists that Pilotage keeps, where they are there; none is made for a plan', async () => {
    const edge = 'edge: { mode: prefix-list }\n';
    for (let time = 0; time < 2; time += 1)
      expect(await proposed(edge)).toEqual({
        trouble: expect.stringMatching(/IPv4 that a deployment makes and .*IPv6 that a deployment makes/),
      });
    for (const family of [4, 6] as const) await make(listName('CLOUDFRONT_ORIGIN_FACING', family));
    expect(await proposed(edge)).toEqual({
      parameters: expect.objectContaining({
        EdgeListIpv4: expect.stringMatching(/^pl-/),
        EdgeListIpv6: expect.stringMatching(/^pl-/),
      }),
    });
  });

  it('is not known where the domain has no zone', async () => {
    const domain = `domain: { name: shop-${randomUUID().slice(0, 8)}.example.com }\n`;
    expect(await proposed(domain)).toEqual({ trouble: expect.stringContaining('no public hosted zone') });
  });
});
