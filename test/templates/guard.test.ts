import type { Template } from '../../templates/template.ts';
import { EXCEPTIONS } from './exceptions.ts';
import { TEMPLATES } from './samples.ts';
import { type Breach, breaches, guardPython } from './tools.ts';

let python: string;
let found: Breach[];
beforeAll(async () => {
  python = await guardPython();
  found = breaches(python, TEMPLATES);
}, 300_000);

const told = ({ rule, resource }: Pick<Breach, 'rule' | 'resource'>) => `${rule}: ${resource}`;
const excepted = EXCEPTIONS.map(([rule, resource]) => told({ rule, resource }));

describe('AWS’s own rules of security', () => {
  it('are kept by every template, but where it says why not', () => {
    expect(found.filter((one) => !excepted.includes(told(one)))).toEqual([]);
  });

  it('have no exception that is needed no more', () => {
    const needed = new Set(found.map(told));
    expect(excepted.filter((one) => !needed.has(one))).toEqual([]);
    expect(new Set(excepted).size).toBe(excepted.length);
    for (const [, , because] of EXCEPTIONS) expect(because).toMatch(/\w+ \w+/);
  });

  it('would find what is open to the world, and what is not encrypted', () => {
    const [template] = Object.values(TEMPLATES) as [Template];
    const Resources = {
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { AccessControl: 'PublicRead' } },
      Group: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupDescription: 'open',
          SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' }],
        },
      },
      Files: { Type: 'AWS::EFS::FileSystem', Properties: { Encrypted: false } },
    };
    const wrong = breaches(python, { wrong: { ...template, Resources } }).map(told);
    expect(wrong).toEqual(
      expect.arrayContaining([
        's3_bucket_level_public_access_prohibited_check: Bucket',
        expect.stringMatching(/: Group$/),
        expect.stringMatching(/^efs_.*encrypt.*: Files$/),
      ]),
    );
  }, 60_000);
});
