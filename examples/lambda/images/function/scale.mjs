/** The image with no side longer than `largest`; one that is small enough stays as it is. */
export function fitted(image, largest) {
  const factor = Math.min(1, largest / Math.max(image.width, image.height));
  if (factor === 1) return image;
  return scaled(image, Math.max(1, Math.round(image.width * factor)), Math.max(1, Math.round(image.height * factor)));
}

/** Each pixel is the average of those that it stands for. */
function scaled({ width, height, channels, pixels }, toWidth, toHeight) {
  const result = Buffer.alloc(toWidth * toHeight * channels);
  for (let y = 0; y < toHeight; y += 1) {
    const rows = span(y, toHeight, height);
    for (let x = 0; x < toWidth; x += 1) {
      const columns = span(x, toWidth, width);
      for (let channel = 0; channel < channels; channel += 1) {
        let sum = 0;
        for (let row = rows.from; row < rows.to; row += 1)
          for (let column = columns.from; column < columns.to; column += 1)
            sum += pixels[(row * width + column) * channels + channel];
        const count = (rows.to - rows.from) * (columns.to - columns.from);
        result[(y * toWidth + x) * channels + channel] = Math.round(sum / count);
      }
    }
  }
  return { width: toWidth, height: toHeight, channels, pixels: result };
}

const span = (index, count, whole) => ({
  from: Math.floor((index * whole) / count),
  to: Math.ceil(((index + 1) * whole) / count),
});
