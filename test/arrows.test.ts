import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '..');

const cases: [from: string, to: string, allowed: boolean][] = [
  ['functions/deploy/a.ts', '../../shared/step.ts', true],
  ['functions/deploy/b.ts', './queue.ts', false],
  ['functions/api/c.ts', '../../functions/deploy/queue.ts', false],
  ['functions/api/d.ts', '../../cli/pilot.ts', false],
  ['shared/e.ts', '../functions/deploy/queue.ts', false],
  ['shared/manifest/f.ts', '../errors.ts', true],
  ['shared/manifest/g.ts', '../aws/table.ts', false],
  ['shared/manifest/h.ts', '@aws-sdk/client-s3', false],
  ['shared/edge/q.ts', '../errors.ts', true],
  ['shared/edge/r.ts', './cidr.ts', true],
  ['shared/edge/s.ts', '../aws/security-groups.ts', false],
  ['shared/edge/t.ts', '@aws-sdk/client-ec2', false],
  ['shared/targets/new/i.ts', '../../aws/objects.ts', true],
  ['shared/targets/new/j.ts', '../../ledger/lock.ts', false],
  ['shared/plan-text/u.ts', '../preview/plan.ts', true],
  ['shared/plan-text/v.ts', '../ledger/lock.ts', false],
  ['templates/parts/n.ts', '../../shared/preview/model.ts', true],
  ['templates/parts/o.ts', '../../shared/aws/table.ts', false],
  ['templates/p.ts', '@aws-sdk/client-s3', false],
  ['cli/commands/k.ts', '../../shared/api.ts', true],
  ['cli/commands/l.ts', '../../shared/aws/table.ts', false],
  ['cli/commands/m.ts', '../../functions/api/api.ts', false],
];

/** The files that Biome, by the rules in biome.json, does not let import what they import. */
function refused(): Set<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pilotage-arrows-')));
  const { vcs: _vcs, $schema: _schema, ...rules } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(rules));
  for (const [from, to] of cases) {
    mkdirSync(dirname(join(folder, from)), { recursive: true });
    writeFileSync(join(folder, from), `import { thing } from '${to}';\n\nexport const other = thing;\n`);
  }
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const { stdout } = spawnSync(biome, ['lint', '--only=style/noRestrictedImports', '--reporter=github', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return new Set(
    [...stdout.matchAll(/noRestrictedImports,file=([^,]+)/g)].map(([, file = '']) => relative(folder, file)),
  );
}

describe('who may import whom', () => {
  const found = refused();
  it.each(cases)('%s importing %s: %p', (from, _, allowed) => {
    expect(found.has(from)).toBe(!allowed);
  });
});
