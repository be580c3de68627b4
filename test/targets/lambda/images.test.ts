import { lambdaTarget } from '../../../shared/targets/lambda/lambda.ts';
import { OFFLINE } from '../../../shared/targets/lambda/offline.ts';
import { type Between, errorOf, standBetween } from './between.ts';
import { useEmulator } from './world.ts';

let between: Between;
beforeAll(async () => {
  between = await standBetween();
  useEmulator(between.url);
});
afterAll(() => between.close());

const held = () => lambdaTarget.imagesHeld?.({ pilot: 'shop', environment: 'production' });
const image = (digit: string) => `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop@sha256:${digit.repeat(64)}`;

describe('images that a function goes by', () => {
  it('are that of its unpublished state, and that of the version which is there while the pilot is offline', async () => {
    const made = (ImageUri: string) => ({
      ...{ status: 200, body: { Configuration: { FunctionName: 'shop-production' }, Code: { ImageUri } } },
    });
    const Versions = [
      { Version: '$LATEST', Description: 'Pilotage: release 1' },
      { Version: '1', Description: OFFLINE },
      { Version: '2', Description: 'Pilotage: release 1' },
    ];
    between.trouble = (asked) => {
      if (asked.includes('/versions')) return { status: 200, body: { Versions } };
      return made(image(/shop-production(?::|%3A)1(?:\?|$)/.test(asked) ? '1' : '9'));
    };
    expect(await held()).toEqual([image('9'), image('1')]);
  });

  it('are none where there is no function, or one of a zip', async () => {
    between.trouble = () => errorOf(404, 'ResourceNotFoundException', 'Function not found');
    expect(await held()).toEqual([]);
    between.trouble = (asked) => ({
      ...{ status: 200, body: asked.includes('/versions') ? { Versions: [] } : { Configuration: {}, Code: {} } },
    });
    expect(await held()).toEqual([]);
  });
});
