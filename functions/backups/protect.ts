import { putRight } from '../../shared/backups/replacing.ts';
import { listPilots } from '../../shared/ledger/deployments.ts';
import { logOf } from '../../shared/log.ts';

const log = logOf('protect');

/** Protects again what restores in place left bare that were cut off. One pilot's trouble does not keep it from the next. */
export async function handler(): Promise<void> {
  let troubles = 0;
  for (const { pilot, environment } of await listPilots())
    try {
      await putRight({ pilot, environment }, new Date());
    } catch (error) {
      troubles += 1;
      log.error('a database could not be protected again', { pilot, environment, error });
    }
  if (troubles > 0) throw new Error(`the databases of ${troubles} pilots could not be looked after`);
}
