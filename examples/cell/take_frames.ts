import { setTimeout as sleep } from "node:timers/promises";

const WIDTH = 480, HEIGHT = 360;
/** Milliseconds from one frame to the next. */
const PERIOD = 1000 / 30;

/** What `takeFrames` gives: a byte for each pixel, row by row. */
interface Frame {
  exposedAt: number;
  width: number;
  height: number;
  pixels: Uint8Array<ArrayBuffer>;
}

/**
 * Takes 30 frames a second until a signal fires. Where its reader is slower, frames are
 * left out.
 */
export async function* takeFrames(
  signal: AbortSignal,
): AsyncGenerator<Frame, void, void> {
  while (!signal.aborted) {
    const now = Date.now();
    const next = (Math.floor(now / PERIOD) + 1) * PERIOD;
    await sleep(next - now);
    const exposedAt = Date.now();
    yield { exposedAt, width: WIDTH, height: HEIGHT, pixels: draw(exposedAt) };
  }
}

const BELT = { top: 110, bottom: 280, stripe: 60 };
/** Pixels for each millisecond. */
const SPEED = 0.06;
/** Along the belt, from one part to the next. */
const DISTANCE = 240;
const RADIUS = 46;

/** The grain of a sensor. */
const NOISE = Uint8Array.from({ length: 1 << 16 }, () => Math.random() * 16);
/** What doesn't move. */
const STILL = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
  const y = Math.floor(i / WIDTH);
  return y === BELT.top - 1 || y === BELT.bottom ? 120 : 26 + (y >> 4);
});

/** Parts on a belt, as they are at a time: discs with a hole, and plates. */
function draw(time: number): Uint8Array<ArrayBuffer> {
  const pixels = STILL.slice();
  const middle = (BELT.top + BELT.bottom) / 2;
  for (let x = 0; x < WIDTH; x++) {
    const along = x + time * SPEED;
    const part = Math.floor(along / DISTANCE);
    const dx = Math.abs(along - (part + 0.5) * DISTANCE);
    const belt = along % BELT.stripe < 2 ? 52 : 66;
    for (let y = BELT.top; y < BELT.bottom; y++) {
      const dy = y - middle;
      pixels[y * WIDTH + x] = covers(part, dx, dy) ? 205 - dx - dy / 2 : belt;
    }
  }
  const start = Math.random() * NOISE.length;
  for (let i = 0; i < pixels.length; i++) {
    pixels[i]! += NOISE[(start + i) & (NOISE.length - 1)]!;
  }
  return pixels;
}

/** Whether a part covers a point so far from its middle. */
function covers(part: number, dx: number, dy: number): boolean {
  if (dx > RADIUS * 1.3) return false;
  if (part % 3 === 0) return Math.abs(dy) < RADIUS * 0.7;
  const distance = Math.sqrt(dx * dx + dy * dy);
  return distance < RADIUS && distance > RADIUS * (part % 3 === 1 ? 0.35 : 0.6);
}
