import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { keepRanges } from '../../shared/ledger/edge-ranges.ts';
import { canonicalJson } from '../../shared/manifest/digest.ts';
import { loadManifest } from '../../shared/manifest/load.ts';
import { withUsualEdge } from '../../shared/planning/usual-edge.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
const at = () => ({ Bucket: stage.manifests, Key: 'operator.yaml' });
beforeAll(async () => {
  stage = await setStage();
}, 60_000);
afterAll(async () => {
  await stage.s3.send(new DeleteObjectCommand(at()));
  await stage.close();
});
beforeEach(() => stage.fresh());

const put = (text: string) =>
  stage.s3.send(new PutObjectCommand({ ...at(), Body: `apiVersion: pilotage/v1\n${text}` }));

async function resolved(more = '', environment = 'production') {
  const text = `apiVersion: pilotage/v1
name: acme-shop
target: ecs
source: { image: "acme/shop:1" }
${more}`;
  const loaded = loadManifest(new TextEncoder().encode(text), 'pilot.yaml', environment);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return withUsualEdge(loaded);
}
const edgeOf = async (more?: string, environment?: string) => {
  const { loaded, problems } = await resolved(more, environment);
  return [loaded.manifest.edge?.mode, loaded.manifest.edge?.service, ...problems.map(({ code }) => code)];
};
const ORIGIN = 'CLOUDFRONT_ORIGIN_FACING';

describe('how CloudFront is let in where the manifest does not say it', () => {
  it('is the usual way of Pilotage where the operator says nothing either', async () => {
    await stage.s3.send(new DeleteObjectCommand(at()));
    expect(await edgeOf()).toEqual(['vpc-origin', ORIGIN]);
    await put('everyone: {}\n');
    expect(await edgeOf('edge: { ipv6: false }\n')).toEqual(['vpc-origin', ORIGIN]);
  });

  it('is as the operator says of all pilots, and before that as of this one', async () => {
    await put('edge: { mode: prefix-list, service: CLOUDFRONT }\n');
    expect(await edgeOf()).toEqual(['prefix-list', 'CLOUDFRONT']);
    await put(
      'edge: { mode: prefix-list, service: CLOUDFRONT }\npilots: { acme-shop: { edge: { mode: rules } }, other: { edge: { service: EC2 } } }\n',
    );
    expect(await edgeOf()).toEqual(['rules', 'CLOUDFRONT']);
  });

  it('is part of what a release is: another usual way makes another one of the same manifest', async () => {
    await put('edge: { mode: prefix-list }\n');
    const [usual, written] = await Promise.all([resolved(), resolved('edge: { mode: prefix-list }\n')]);
    expect(canonicalJson(usual.loaded.manifest)).toBe(canonicalJson(written.loaded.manifest));
    await put('edge: { mode: rules }\n');
    expect(canonicalJson((await resolved()).loaded.manifest)).not.toBe(canonicalJson(usual.loaded.manifest));
  });

  it('is never what the manifest says otherwise, in any environment', async () => {
    await put('edge: { mode: prefix-list, service: CLOUDFRONT }\n');
    expect(await edgeOf('edge: { mode: managed-prefix-list }\n')).toEqual(['managed-prefix-list', ORIGIN]);
    expect(await edgeOf(`edge: { service: ${ORIGIN} }\n`)).toEqual(['prefix-list', ORIGIN]);
    expect(await edgeOf('edge: { mode: rules }\n')).toEqual(['rules', 'CLOUDFRONT']);
    const staging = 'environments: { staging: { edge: { mode: vpc-origin } } }\n';
    expect(await edgeOf(staging, 'staging')).toEqual(['vpc-origin', ORIGIN]);
    expect(await edgeOf(staging)).toEqual(['prefix-list', 'CLOUDFRONT']);
  });

  it('has no service of the operator’s where AWS’s own list counts', async () => {
    await put('edge: { service: CLOUDFRONT }\n');
    expect(await edgeOf()).toEqual(['vpc-origin', ORIGIN]);
  });

  it('is not asked for where CloudFront does not stand in front', async () => {
    await put('edge: { mode: prefix-list }\n');
    expect(await edgeOf('domain: { name: shop.example.com, cdn: false }\n')).toEqual(['vpc-origin', ORIGIN]);
  });

  it('is not guessed where the operator’s file is broken; who says it all needs no such file', async () => {
    await put('edge: { mode: rule }\n');
    const { problems } = await resolved();
    expect(problems).toMatchObject([{ code: 'OPERATOR_FILE', place: { line: 2, path: 'edge.mode' } }]);
    expect(await edgeOf('edge: { mode: vpc-origin }\n')).toEqual(['vpc-origin', ORIGIN]);
    expect(await edgeOf(`edge: { mode: rules, service: ${ORIGIN} }\n`)).toEqual(['rules', ORIGIN]);
  });
});

describe('a service besides CloudFront’s', () => {
  const know = (ageHours: number) =>
    keepRanges({
      token: 1_767_000_000,
      readAt: new Date(Date.now() - ageHours * 3_600_000).toISOString(),
      blocks: { CLOUDFRONT: [], CLOUDFRONT_ORIGIN_FACING: [] },
      services: ['CLOUDFRONT', ORIGIN, 'GLOBALACCELERATOR'],
    });
  const RULES = 'edge: { mode: rules, service: GLOBALACELERATOR }\n';

  it('is refused where AWS’s own list counts, also by what is usual', async () => {
    await put('edge: { mode: managed-prefix-list }\n');
    const { problems } = await resolved('edge: { service: GLOBALACCELERATOR }\n');
    expect(problems).toMatchObject([
      { code: 'MANIFEST_MISFIT', place: { file: 'pilot.yaml', line: 5, path: 'edge.service' } },
    ]);
    await put('edge: { mode: rules }\n');
    expect(await edgeOf('edge: { service: GLOBALACCELERATOR }\n')).toEqual(['rules', 'GLOBALACCELERATOR']);
  });

  it('is refused where the list that is known has nothing of it, with what it was probably meant to be', async () => {
    await know(1);
    const { problems } = await resolved(RULES);
    expect(problems).toMatchObject([
      {
        code: 'EDGE_SERVICE',
        hint: expect.stringContaining('did you mean GLOBALACCELERATOR?'),
        place: { file: 'pilot.yaml', line: 5, path: 'edge.service' },
      },
    ]);
    expect(await edgeOf('edge: { mode: rules, service: GLOBALACCELERATOR }\n')).toEqual(['rules', 'GLOBALACCELERATOR']);
  });

  it('of the operator’s that is not there is told as the operator’s', async () => {
    await know(1);
    await put('edge: { mode: rules, service: GLOBALACELERATOR }\n');
    const { problems } = await resolved();
    expect(problems).toMatchObject([
      { code: 'EDGE_SERVICE', place: { file: expect.stringMatching(/operator\.yaml$/) } },
    ]);
  });

  it('is left to who reads the list where none is known, or an old one', async () => {
    expect(await edgeOf(RULES)).toEqual(['rules', 'GLOBALACELERATOR']);
    await know(25);
    expect(await edgeOf(RULES)).toEqual(['rules', 'GLOBALACELERATOR']);
  });
});
