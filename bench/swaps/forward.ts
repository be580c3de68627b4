/** Watches that nobody who was given a release is given an older one afterwards. */
export class Forward {
  /** How often that happened. */
  back = 0;
  private readonly releases: string[];
  private readonly newest = new Map<number, number>();

  /** @param releases in the order in which they go live. */
  constructor(releases: string[]) {
    this.releases = releases;
  }

  saw(person: number, release: string): void {
    const now = this.releases.indexOf(release);
    const before = this.newest.get(person) ?? 0;
    if (now < before) this.back++;
    this.newest.set(person, Math.max(now, before));
  }
}
