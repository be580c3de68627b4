/** Ends the emulator that global-setup.ts started. */
export default async function tearDown(): Promise<void> {
  await globalThis.pilotageTestEmulator?.stop();
}
