import type { ApiAnswer, PreviewView } from '../api.ts';
import { standingOf } from '../git/previews/standing.ts';
import { findDeployment } from '../ledger/deployments.ts';
import { listPreviews, type Preview } from '../ledger/previews.ts';
import { listUnmade } from '../ledger/unmade-previews.ts';
import { operatorsFile } from '../planning/operators-file.ts';
import { previewLimits } from '../planning/preview-limits.ts';
import { inParallel } from '../targets/static/parallel.ts';

/** Previews that are looked at side by side. */
const AT_ONCE = 8;

/** The previews of all pull requests, those that should be there and are not, and how many there may be. */
export async function previews(): Promise<ApiAnswer<'previews'>> {
  const [all, missing, operator] = await Promise.all([listPreviews(), listUnmade(), operatorsFile()]);
  const shown: PreviewView[] = [];
  await inParallel(
    all.map((preview, at) => ({ preview, at })),
    AT_ONCE,
    async ({ preview, at }) => {
      shown[at] = await viewOf(preview);
    },
  );
  const places = operator.ok ? previewLimits(operator.operator) : undefined;
  const unmade = missing.map(({ connection: _, ...one }) => one);
  return { ok: true, answer: { previews: shown, unmade, ...(places && { places }) } };
}

async function viewOf(preview: Preview): Promise<PreviewView> {
  const [{ live, last }, asked] = await Promise.all([standingOf(preview), findDeployment(preview.deployment)]);
  const { connection: _, removal, ...rest } = preview;
  const status = (last ?? asked)?.status;
  return {
    ...rest,
    ...(live?.url && { url: live.url }),
    ...(status && { status }),
    ...(removal && { removal: { why: removal.why, at: removal.at, tries: removal.tries } }),
  };
}
