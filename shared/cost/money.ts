/** USD for people: `$0.40`, `$12.30`, `$1,234`; what is less than a cent is `< $0.01`. */
export function money(usd: number): string {
  if (usd > 0 && usd < 0.01) return '< $0.01';
  // Ten millionths first: 1.005 is a little less than that in binary, and would lose its cent.
  const cents = Math.round(Math.round(usd * 1e7) / 1e5);
  if (cents < 100_000) return `$${(cents / 100).toFixed(2)}`;
  return `$${Math.round(cents / 100).toLocaleString('en-US')}`;
}
