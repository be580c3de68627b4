/** When the shop opens and closes, as the configuration says: whole hours, UTC. */
export const hoursOf = ({ OPENS, CLOSES }) => ({ opens: Number(OPENS), closes: Number(CLOSES) });

/** Whether it is open at a moment, and the same in words. */
export function stateAt({ opens, closes }, now) {
  const hour = now.getUTCHours();
  const open = hour >= opens && hour < closes;
  const words = open ? `We are open until ${closes}:00.` : `We open at ${opens}:00.`;
  return { open, words };
}
