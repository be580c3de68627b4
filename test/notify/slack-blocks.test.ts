import { endMessage, progressMessage, type SlackMessage } from '../../shared/notify/slack-blocks.ts';
import { toldByEvent, toldByRow } from '../../shared/notify/told.ts';
import { failed, finished, freshId, NEW, OLD, rejected, running, succeeded } from './support/examples.ts';

const id = freshId();
const ended = (event: Parameters<typeof toldByEvent>[0]): SlackMessage => {
  const told = toldByEvent(event);
  if (!told) throw new Error('the event ends nothing');
  return endMessage(told);
};
const texts = ({ blocks }: SlackMessage): string[] =>
  blocks
    .flatMap((block) => (block.type === 'context' ? block.elements : 'fields' in block ? block.fields : [block.text]))
    .map(({ text }) => text);

test('a success shows the pilot, its address, and the particulars', () => {
  expect(texts(ended(succeeded(id)))).toEqual([
    ':white_check_mark: *acme-site is live in production*\n<https://acme-site.pilots.example.com/|acme-site.pilots.example.com>',
    `Release: ${NEW}`,
    'What changed: 12 files, 34.6 kB',
    'Asked by: dev@example.com, by upload of s3://manifests/pilots/acme-site/pilot.yaml',
    'Commit: f00dcafe',
    'Took: 1 min 5 s',
    `\`${id}\``,
  ]);
});

test('a failure shows the step, the reason and what serves', () => {
  const shown = texts(ended(failed(id)));
  expect(shown[0]).toContain(':x: *acme-site failed in production at Shift*');
  expect(shown[1]).toBe('Shift failed with POINTER_MOVED: somebody else moved the pointer');
  expect(shown[2]).toBe(`Traffic was given back: release ${OLD} serves again.`);
});

test('what a manifest says is never markup', () => {
  const problems = [{ code: 'MANIFEST_NAME', message: 'the name is <!channel> *now*' }];
  const message = ended(rejected(id, { problems, pilot: '*x* <!here>' }));
  const foreign = message.blocks.find((block) => JSON.stringify(block).includes('MANIFEST_NAME'));
  expect(foreign).toMatchObject({
    text: { type: 'plain_text', text: 'MANIFEST_NAME the name is &lt;!channel&gt; *now*' },
  });
  expect(message.text).toBe('∗x∗ &lt;!here&gt; was rejected in production');
  expect(JSON.stringify(message)).not.toContain('<!');
});

test("the largest message stays within Slack's limits", () => {
  const long = '<'.repeat(10_000);
  const problems = Array.from({ length: 500 }, () => ({ code: 'X', message: long }));
  const message = ended(rejected(id, { problems, facts: { note: long }, url: `https://x.example.com/${long}` }));
  expect(message.blocks.length).toBeLessThanOrEqual(50);
  for (const block of message.blocks) {
    const fields = 'fields' in block ? block.fields : [];
    expect(fields.length).toBeLessThanOrEqual(10);
    for (const { text } of fields) expect(text.length).toBeLessThanOrEqual(2000);
  }
  for (const text of texts(message)) expect(text.length).toBeLessThanOrEqual(3000);
});

test('progress shows the steps in the order they began, the last one open', () => {
  const shown = texts(progressMessage(running(id, { progress: '3 of 12 files' })));
  expect(shown).toEqual([
    ':hourglass_flowing_sand: *acme-site is being deployed to production*',
    'Validate → Queue → *Prepare* …',
    '3 of 12 files',
    '12 files',
    `\`${id}\``,
  ]);
});

test.each([
  [{ kind: 'offline', request: 'r' } as const, 'acme-site is being taken offline in production'],
  [{ kind: 'online', request: 'r' } as const, 'acme-site is being brought back online in production'],
])('progress says what is done to the pilot: %#', (trigger, line) => {
  expect(progressMessage(running(id, { trigger })).text).toBe(line);
});

test('progress shows how much of the traffic has moved', () => {
  const shifted = { weight: 10, at: '2026-11-21T01:58:00.000Z' };
  expect(texts(progressMessage(running(id, { step: 'Shift', shifted })))).toContain('10 % of the traffic');
});

test('the row of an ended deployment says the same as its event', () => {
  const row = finished(id, { alreadyLive: true });
  const told = toldByRow(row);
  expect(told).toMatchObject({ event: 'DeploymentSucceeded', alreadyLive: true, seconds: 65, serving: NEW });
  expect(toldByRow(running(id))).toBeUndefined();
});

test('a success with a warning is not shown as any other, and says what to do in words of its own', () => {
  const warnings = { Revert: 'the migration was not taken back: <!channel> pilot migrate acme-site --settle done' };
  const message = ended(succeeded(id, { warnings }));
  expect(texts(message)[0]).toMatch(/^:warning: \*acme-site is live in production, with a warning\*/);
  expect(message.blocks[1]).toMatchObject({
    text: { type: 'plain_text', text: expect.stringMatching(/^⚠ the migration was not taken back: &lt;!channel&gt;/) },
  });
});

test('a failure tells what its deployment leaves behind', () => {
  const warnings = { Provision: 'the stack keeps what this deployment changed in it: 1 resource added' };
  const shown = texts(ended(failed(id, { warnings })));
  expect(shown[0]).toContain(':x:');
  expect(shown[2]).toBe('⚠ the stack keeps what this deployment changed in it: 1 resource added');
});

test('progress shows a warning as soon as its step has told it', () => {
  expect(texts(progressMessage(running(id, { warnings: { Finish: 'it runs on' } })))).toContain('⚠ it runs on');
});
