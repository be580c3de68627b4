/** SNS's have less than 3 kB. */
const MOST_BYTES = 20_000;
const WITHIN_MS = 5_000;

/**
 * What lies at a place that was found to be SNS's own; no redirection leads away from it.
 * @returns undefined where there is no certificate.
 * @throws when nobody answers in time, or the answer is a server's trouble: worth another try.
 */
export async function certificateAt(url: string): Promise<string | undefined> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(WITHIN_MS) });
  if (response.status >= 500) throw new Error(`${url} answered ${response.status}`);
  if (!response.ok) {
    await response.body?.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
