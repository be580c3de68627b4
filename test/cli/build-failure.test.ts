import { failed } from './support/deployments.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await setDesk();
});
afterEach(() => desk.close());

const reason = "`sh -c 'echo a; exit 3'` ended with 3\nno such shoe\nat\u001b[2J shoes.js:1";
const broken = failed({ failure: { step: 'Build', outcome: 'failed', code: 'BUILD_FAILED', reason } });
const answers = (answer: unknown) => {
  desk.aws.api = () => ({ ok: true, answer });
};

describe('a build that failed', () => {
  it('is in the list of deployments with how its command ended, and no line of its log', async () => {
    answers([broken]);
    const lines = (await desk.type('history', 'acme-site')).out.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/upload, Build: BUILD_FAILED `sh -c 'echo a; exit 3'` ended with 3$/);
  });

  it('by itself is shown with the lines of its log, indented and harmless', async () => {
    answers(broken);
    const { out } = await desk.type('history', 'acme-site', broken.id);
    expect(out).toContain(
      "  BUILD_FAILED `sh -c 'echo a; exit 3'` ended with 3\n      no such shoe\n      at�[2J shoes.js:1\n",
    );
  });

  it('is in the status of its pilot with the lines of its log, indented', async () => {
    answers([{ pilot: 'acme-site', environment: 'production', last: broken }]);
    expect((await desk.type('status')).out).toContain('ended with 3\n      no such shoe\n      at');
  });
});
