import { find } from "./elements.ts";

/** So many frames are counted for the rate. */
const WINDOW = 30;

interface Frame {
  readonly exposedAt: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Draws frames on the canvas, and tells how many there are in a second. */
export class FrameView {
  readonly #screen = find(".screen", HTMLDivElement);
  readonly #canvas = find("#frames", HTMLCanvasElement);
  readonly #context = this.#canvas.getContext("2d", { alpha: false })!;
  readonly #rate = find("#rate", HTMLOutputElement);
  #image = this.#context.createImageData(1, 1);
  /** The first frame that is counted, and how many have come since. */
  #since = 0;
  #count = 0;

  /** Draws a frame. */
  show({ exposedAt, width, height, pixels }: Frame): void {
    if (this.#image.width !== width || this.#image.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#image = this.#context.createImageData(width, height);
    }
    const rgba = new Uint32Array(this.#image.data.buffer);
    for (let i = 0; i < pixels.length; i++) {
      // The bytes of all three colours; the highest one is opacity.
      rgba[i] = 0xff000000 | pixels[i]! * 0x010101;
    }
    this.#context.putImageData(this.#image, 0, 0);
    this.#screen.dataset.live = "true";
    this.#measure(exposedAt);
  }

  /** Tells that there is no connection. */
  stop(): void {
    this.#screen.dataset.live = "false";
    this.#rate.value = "–";
    this.#since = 0;
  }

  /** Measures by the clock of the camera, so that frames left out on the way count. */
  #measure(exposedAt: number): void {
    if (this.#since === 0) {
      this.#since = exposedAt;
      this.#count = 0;
    } else if (++this.#count === WINDOW) {
      const rate = WINDOW * 1000 / (exposedAt - this.#since);
      this.#rate.value = rate.toFixed(1);
      this.#since = exposedAt;
      this.#count = 0;
    }
  }
}
