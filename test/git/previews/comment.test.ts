import { commentOf } from '../../../shared/git/previews/comment.ts';
import type { PreviewStanding } from '../../../shared/git/previews/standing.ts';
import type { Deployment } from '../../../shared/ledger/deployment.ts';
import type { Preview } from '../../../shared/ledger/previews.ts';
import { toldByRow } from '../../../shared/notify/told.ts';
import { failed, refused } from '../../../shared/outcome.ts';

const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const AT = '2026-11-21T01:57:15.250Z';
const URL = 'https://acme-shop-pr12.pilots.example.com';

const preview = (more: Partial<Preview> = {}): Preview => ({
  ...{ pilot: 'acme-shop', environment: 'pr12', connection: '0123456789ab', repository: 'github.com/acme/shop' },
  ...{ number: 12, branch: 'topic', base: 'main', commit: NEW, askedAt: AT, since: AT, until: '2026-11-24T01:57:15Z' },
  ...{ deployment: 'acme-shop_pr12_20261121T015715Z-3f9a1c2e4b5d', ...more },
});
const deployment = (commit: string, more: Partial<Deployment> = {}): Deployment => ({
  ...{ id: 'acme-shop_pr12_20261121T015715Z-3f9a1c2e4b5d', pilot: 'acme-shop', environment: 'pr12' },
  trigger: {
    ...{ kind: 'push', bucket: 'manifests', key: 'k', version: '1', repository: 'github.com/acme/shop', pull: 12 },
    ...{
      connection: '0123456789ab',
      ref: { kind: 'branch', name: 'topic' },
      commit,
      push: 'p',
      manifest: 'pilot.yaml',
    },
  },
  ...{ requestedAt: AT, acceptedAt: AT, status: 'running', steps: {}, facts: {} },
  ...more,
});
const ended = (commit: string, more: Partial<Deployment> = {}): Deployment =>
  deployment(commit, {
    ...{ status: 'succeeded', finishedAt: AT, ending: { status: 'succeeded', serving: 'r' } },
    plan: { release: 'r', url: URL } as Deployment['plan'] & object,
    policy: { commit } as Deployment['policy'] & object,
    ...more,
  });
const endedBy = (commit: string, failure: Deployment['failure'] & object): Deployment =>
  ended(commit, { status: 'failed', ending: { status: 'failed', serving: null, failure } });
const removal = (more: Partial<Deployment> = {}): Deployment => ({
  ...ended(NEW, more),
  trigger: { kind: 'remove', request: `${AT}/1`, why: 'closed' },
});
const noted = { deployment: removal().id, request: `${AT}/1`, at: AT, why: 'expired', tries: 1 } as const;
const text = (standing: PreviewStanding) => commentOf('acme-shop', standing) ?? '';
const live = (row: Deployment) => ({ live: toldByRow(row) as NonNullable<PreviewStanding['live']> });

describe('the comment of a preview', () => {
  it('is none where there is nothing to tell', () => {
    expect(commentOf('acme-shop', {})).toBeUndefined();
    expect(commentOf('acme-shop', { last: ended(NEW) })).toBeUndefined();
  });

  it('says that a commit is being deployed, and what answers meanwhile', () => {
    expect(text({ preview: preview() })).toContain('⏳ Commit bbbbbbbbbbbb is being deployed.');
    const said = text({ preview: preview(), last: ended(OLD), ...live(ended(OLD)) });
    expect(said).toContain('⏳ Commit bbbbbbbbbbbb is being deployed.');
    expect(said).toContain(`commit aaaaaaaaaaaa answers at ${URL}`);
    expect(text({ preview: preview(), last: deployment(NEW) })).toBe(text({ preview: preview() }));
  });

  it('says where it is live, and until when', () => {
    const said = text({ preview: preview(), last: ended(NEW), ...live(ended(NEW)) });
    expect(said).toContain(`✅ **Live at ${URL}**, with commit bbbbbbbbbbbb.`);
    expect(said).toContain('or until 2026-11-24 01:57 UTC where there is no other commit before.');
  });

  it('says that somebody keeps it offline, and gives no address then', () => {
    const offline = '2026-11-22T03:04:05.000Z';
    const said = text({ preview: preview(), last: ended(NEW), ...live(ended(NEW)), offline });
    expect(said).toContain('⏸ **Offline** since 2026-11-22 03:04 UTC');
    expect(said).not.toMatch(/Live|https:/);
    expect(text({ preview: preview(), last: ended(OLD), ...live(ended(OLD)), offline })).not.toContain('https:');
  });

  it('says why a commit could not be deployed, with the lines of the manifest, and names nobody', () => {
    const build = endedBy(NEW, { step: 'Build', ...failed('BUILD_FAILED', 'npm ci ended with 1: @ada <b>') });
    const said = text({ preview: preview(), last: build, ...live(ended(OLD)) });
    expect(said).toMatch(/❌ Commit bbbbbbbbbbbb could not be deployed:\n\n- Build failed with BUILD\\_FAILED: npm ci/);
    expect(said).toContain(`commit aaaaaaaaaaaa answers at ${URL}`);
    expect(said).not.toMatch(/@ada|<b>/);
    const place = { file: 's3://manifests/k', line: 3, column: 5 };
    const refusal = endedBy(NEW, {
      step: 'Validate',
      ...refused({ code: 'PREVIEW_DATA', message: 'it has a database', place }),
    });
    expect(text({ preview: preview(), last: refusal })).toContain('`pilot.yaml:3:5 PREVIEW_DATA it has a database`');
  });

  it('says that it is being removed, that this did not succeed, and that it is removed', () => {
    const going = preview({ removal: noted });
    expect(text({ preview: going })).toContain('⏳ It is being removed: there was no commit during its time to live.');
    const before = removal({ id: 'acme-shop_pr12_20261121T015715Z-000000000000' });
    expect(text({ preview: going, removal: before })).toBe(text({ preview: going }));
    const stuck = {
      ...endedBy(NEW, { step: 'RemoveStack', ...failed('STACK_FAILED', 'a bucket is not empty') }),
      trigger: removal().trigger,
    };
    expect(text({ preview: going, removal: stuck })).toMatch(
      /did not succeed; it is tried again by itself:\n\n- RemoveStack/,
    );
    const asked = { ...removal(), status: 'running', requestedAt: '2026-11-22T00:00:00.000Z' } as const;
    const { finishedAt: _, ...running } = {
      ...asked,
      trigger: { kind: 'remove', request: '1', why: 'asked' },
    } as const;
    expect(text({ preview: preview(), removal: running })).toContain('⏳ It is being removed: somebody asked for it.');
    expect(text({ preview: preview({ askedAt: '2026-11-23T00:00:00.000Z' }), removal: running })).toContain('deployed');
    expect(text({ removal: removal() })).toContain(
      'nothing of it is left: its pull request is closed. To have it again, reopen the pull request.',
    );
  });

  it('says why the last commit has none, beside what is live of the one before', () => {
    const { pilot, environment, connection, repository, number } = preview();
    const why = { reason: 'there is *no* place', commit: OLD, since: AT };
    const unmade = { pilot, environment, connection, repository, number, ...why };
    expect(text({ unmade })).toMatch(
      /❌ There is none of commit aaaaaaaaaaaa: there is \\\*no\\\* place\.\n\n.*push another/,
    );
    const both = text({
      preview: preview(),
      last: ended(NEW),
      ...live(ended(NEW)),
      unmade: { ...unmade, isTriedAgain: true },
    });
    expect(both).toContain('Live at');
    expect(both).toContain('It is made by itself once that has changed.');
  });
});
