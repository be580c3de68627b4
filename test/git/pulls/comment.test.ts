import { commentOf } from '../../../shared/git/pulls/comment.ts';
import type { Planned } from '../../../shared/git/pulls/planned.ts';
import { statusOf } from '../../../shared/git/pulls/status.ts';
import { loadManifest } from '../../../shared/manifest/load.ts';
import { planFor } from '../../../shared/preview/plan.ts';
import { FULL } from '../../manifest/samples.ts';

const loaded = loadManifest(new TextEncoder().encode(FULL), 'pilot.yaml', 'production');
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const plan = planFor(loaded.manifest, { environment: 'production' });

const planned = (more: Partial<Planned> = {}): Planned => ({
  ...{ pilot: 'acme-shop', commit: 'a'.repeat(40), base: 'main', isForeign: false },
  environments: [{ environment: 'production', plan, later: [] }],
  ...more,
});
const many = planned({ environments: Array(12).fill(planned().environments[0]) });

describe('webhook pull request: its comment', () => {
  it.each(['github', 'gitlab', 'bitbucket', 'bitbucket-server'] as const)(
    'is no longer than %s takes, and says where it was cut',
    (provider) => {
      const text = commentOf(many, provider);
      expect(text.length).toBeLessThanOrEqual(30_000);
      expect(text).toMatch(/was cut here: pilot plan shows all of it\._$/);
      expect(commentOf(planned(), provider)).not.toContain('was cut here');
    },
  );

  it('has no HTML for Bitbucket, which shows it as text', () => {
    expect(commentOf(planned(), 'github')).toContain('<details>');
    expect(commentOf(planned(), 'bitbucket')).not.toMatch(/<\/?\w|&\w+;/);
  });

  it('calls nobody, whatever branches and problems are called', () => {
    const problems = [{ code: 'MANIFEST_VALUE', message: 'no `@everyone`\n# heading', hint: 'ask @acme <b>' }];
    const text = commentOf(planned({ base: '@acme/<img>', problems, environments: [] }), 'github');
    expect(text).not.toMatch(/@acme|<img|<b>|^# heading/m);
    expect(text).toContain('`MANIFEST_VALUE no ˋ@everyoneˋ # heading`');
  });
});

describe('webhook pull request: its status', () => {
  it('is one for each pilot, with what the first plan comes to', () => {
    expect(statusOf(planned())).toEqual({
      name: 'pilotage/acme-shop/plan',
      state: 'success',
      text: expect.stringMatching(/^Planned production: \d+ to create.*; \$[\d.,]+ a month$/),
    });
    expect(statusOf(many)).toMatchObject({ text: expect.stringMatching(/^Planned production, production/) });
  });

  it('is an error with the first of what is wrong', () => {
    const refusals = [{ code: 'DATA_LOSS', message: 'the database would be lost', expected: 'no loss' }];
    const environments = [{ environment: 'production', plan: { ...plan, refusals }, later: [] }];
    expect(statusOf(planned({ environments }))).toMatchObject({
      ...{ state: 'error', text: 'DATA_LOSS the database would be lost' },
    });
  });

  it('counts an environment that the repository may not deploy only where no other is planned', () => {
    const refused = { environment: 'production', reason: 'it is not allowed' };
    const staging = { environment: 'staging', plan, later: ['role'] };
    expect(statusOf(planned({ environments: [refused] }))).toMatchObject({ state: 'error', text: 'it is not allowed' });
    expect(statusOf(planned({ environments: [refused, staging] }))).toMatchObject({
      state: 'success',
      text: expect.stringMatching(/^Planned staging: .*; this version cannot deploy it yet$/),
    });
  });
});
