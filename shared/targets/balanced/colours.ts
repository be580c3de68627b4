import { COLOURS } from '../../preview/targets/server.ts';

export { COLOURS };
/** The two slots of a pilot behind a load balancer; one is live. */
export type Colour = (typeof COLOURS)[number];
export const otherThan = (colour: Colour): Colour => (colour === 'blue' ? 'green' : 'blue');
