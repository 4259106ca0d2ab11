import { HEIGHT, WIDTH } from "./camera.ts";

const SHADES = " .:-=+*#%@";
const COLUMNS = 64;
const ROWS = 12;

/** Makes up an image: a bright ball in front of a wall that gets darker. */
export function takeImage(): Uint8Array<ArrayBuffer> {
  const image = new Uint8Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const distance = Math.hypot(x - WIDTH * 0.6, y - HEIGHT / 2);
      const wall = 90 - x / 8;
      const ball = 255 - distance;
      image[y * WIDTH + x] = distance < 180 ? ball : wall;
    }
  }
  return image;
}

/** Draws an image with characters, a line for each row. */
export function draw(image: Uint8Array): string {
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const y = Math.floor((row + 0.5) * HEIGHT / ROWS);
    return Array.from({ length: COLUMNS }, (_, column) => {
      const x = Math.floor((column + 0.5) * WIDTH / COLUMNS);
      const brightness = image[y * WIDTH + x] ?? 0;
      return SHADES[Math.floor(brightness * SHADES.length / 256)];
    }).join("").trimEnd();
  });
  return rows.join("\n");
}
