/** When the shop opens and closes, as the configuration says: whole hours, UTC. */
export const hoursOf = ({ OPENS, CLOSES }) => ({ opens: Number(OPENS), closes: Number(CLOSES) });

export const inWords = ({ opens, closes }) => `We are open from ${opens}:00 to ${closes}:00, UTC.`;

export function isOpen({ opens, closes }, now) {
  const hour = now.getUTCHours();
  return hour >= opens && hour < closes;
}
