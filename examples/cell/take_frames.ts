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

/** Parts on a belt, as they are at a time: discs with a hole, and plates. */
function draw(time: number): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(WIDTH * HEIGHT);
  const way = time * SPEED;
  const middle = (BELT.top + BELT.bottom) / 2;
  let noise = time | 1;
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    const onBelt = y >= BELT.top && y < BELT.bottom;
    for (let x = 0; x < WIDTH; x++, i++) {
      let gray = 26 + (y >> 4);
      if (onBelt) {
        const along = x + way;
        const part = Math.floor(along / DISTANCE);
        const dx = Math.abs(along - (part + 0.5) * DISTANCE);
        const dy = Math.abs(y - middle);
        gray = along % BELT.stripe < 2 ? 52 : 66;
        if (covers(part, dx, dy)) gray = 205 - dx - (y - middle) / 2;
      } else if (y === BELT.top - 1 || y === BELT.bottom) {
        gray = 120;
      }
      // The grain of a sensor; the low bits of xorshift are enough for it.
      noise ^= noise << 13;
      noise ^= noise >>> 17;
      noise ^= noise << 5;
      pixels[i] = gray + (noise & 15);
    }
  }
  return pixels;
}

/** Whether a part covers a point so far from its middle. */
function covers(part: number, dx: number, dy: number): boolean {
  if (part % 3 === 0) return dx < RADIUS * 1.3 && dy < RADIUS * 0.7;
  const distance = Math.hypot(dx, dy);
  return distance < RADIUS && distance > RADIUS * (part % 3 === 1 ? 0.35 : 0.6);
}
