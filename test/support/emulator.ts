/** The AWS emulator that the whole test run shares; global-setup.ts starts and stops it. */
export function emulatorUrl(): string {
  const url = process.env.PILOTAGE_TEST_EMULATOR;
  if (!url) throw new Error('no emulator runs; jest is to be run with its own configuration');
  return url;
}

/** Makes a CloudFront KeyValueStore and gives its ARN. */
export async function createStore(endpoint: string, name: string): Promise<string> {
  const namespace = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';
  const response = await fetch(`${endpoint}/2020-05-31/key-value-store`, {
    method: 'POST',
    body: `<CreateKeyValueStoreRequest xmlns="${namespace}"><Name>${name}</Name></CreateKeyValueStoreRequest>`,
  });
  const arn = /<ARN>([^<]+)<\/ARN>/.exec(await response.text())?.[1];
  if (!arn) throw new Error(`the emulator made no KeyValueStore: ${response.status}`);
  return arn;
}
