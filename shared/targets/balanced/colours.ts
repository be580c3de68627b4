/** The two slots of a pilot behind a load balancer; one is live. */
export type Colour = 'blue' | 'green';
export const COLOURS = ['blue', 'green'] as const;
export const otherThan = (colour: Colour): Colour => (colour === 'blue' ? 'green' : 'blue');
