/** Keeps the log of what follows to itself, until mocks are restored. */
export function silent(): void {
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
}

/** Keeps everything that is written to standard output and error meanwhile. */
export async function logOf(work: () => Promise<unknown>): Promise<string> {
  const written: string[] = [];
  const keep = (chunk: unknown): boolean => written.push(String(chunk)) > 0;
  const streams = [process.stdout, process.stderr];
  const before = streams.map((stream) => stream.write);
  for (const stream of streams) stream.write = keep;
  try {
    await work();
  } finally {
    for (const [at, stream] of streams.entries()) stream.write = before[at] ?? stream.write;
  }
  return written.join('');
}
