import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { imagesIn, tellImages } from '../../../local/tasks/images.ts';

const folder = join(__dirname, '../../../examples/ecs');

test.each(['v1', 'v2'])('the manifest of the example %s names the digest of its own program', (version) => {
  const [digest = ''] = Object.keys(imagesIn(folder, [version]));
  expect(readFileSync(join(folder, version, 'pilot.yaml'), 'utf8')).toContain(`@${digest}\n`);
});

test('versions have programs of their own', () => {
  expect(Object.values(imagesIn(folder, ['v1', 'v2'])).map(({ cwd }) => cwd)).toEqual([
    join(folder, 'v1'),
    join(folder, 'v2'),
  ]);
});

test('an emulator that does not know what images are is an error', async () => {
  const emulator = process.env.PILOTAGE_TEST_EMULATOR ?? '';
  await expect(tellImages(`${emulator}/nowhere`, {})).rejects.toThrow('did not take the images');
});
