/** Keeps the log of what follows to itself, until mocks are restored. */
export function silent(): void {
  for (const level of ['info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation(() => {});
}

/** Keeps everything that is written to standard output and error meanwhile. */
export async function logOf(work: () => Promise<unknown>): Promise<string> {
  const written: string[] = [];
  const spies = (['info', 'warn', 'error'] as const).map((level) =>
    jest.spyOn(console, level).mockImplementation((...line) => void written.push(line.join(' '))),
  );
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return written.join('\n');
}
