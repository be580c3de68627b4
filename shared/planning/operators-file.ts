import { setting } from '../aws/config.ts';
import { readObject } from '../aws/objects.ts';
import { MANIFEST_LIMIT } from '../manifest/load.ts';
import { type OperatorRead, readOperator } from '../manifest/operator.ts';

/** At the root of the manifests' bucket, where none of the pilots' people may write. */
const OPERATOR_FILE = 'operator.yaml';

/** What the operator allows as of now. */
export async function operatorsFile(): Promise<OperatorRead> {
  const bucket = setting('MANIFESTS_BUCKET');
  const bytes = await readObject({ bucket, key: OPERATOR_FILE }, MANIFEST_LIMIT + 1);
  return readOperator(bytes, `s3://${bucket}/${OPERATOR_FILE}`);
}
