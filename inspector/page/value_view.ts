import { element } from "./element.ts";
import { bytes } from "./format.ts";

/** The beginnings of files of images, and their types. */
const IMAGES: readonly (readonly [beginning: string, type: string])[] = [
  ["\x89PNG\r\n", "image/png"],
  ["\xff\xd8\xff", "image/jpeg"],
  ["GIF8", "image/gif"],
  ["BM", "image/bmp"],
];

/** How long JSON may be to stand on one line. */
const LINE_LENGTH = 80;

/** The most pixels that are drawn. */
const MAX_PIXELS = 64 * 1024 * 1024;

interface JsonBytes {
  readonly $bytes: string;
  readonly length?: number;
}

/** Shows a value: as JSON, and the images in it as pictures. */
export function valueView(value: unknown): HTMLElement {
  const pictures: HTMLElement[] = [];
  const line = JSON.stringify(value, (_key, part) => {
    const frame = frameOf(part);
    if (frame !== null) pictures.push(frame);
    if (!isBytes(part)) return part;
    const data = decode(part);
    const image = imageOf(data);
    if (image !== null) pictures.push(image);
    return `‹${bytes(part.length ?? data.length)}›${beginning(data)}`;
  }) ?? "nothing";
  const text = line.length <= LINE_LENGTH
    ? line
    : JSON.stringify(JSON.parse(line), null, 2);
  return element(
    "div",
    { className: "value" },
    ...pictures,
    element("pre", { tabIndex: 0 }, element("code", {}, text)),
  );
}

function isBytes(part: unknown): part is JsonBytes {
  return typeof part === "object" && part !== null && "$bytes" in part &&
    typeof part.$bytes === "string";
}

function decode({ $bytes }: JsonBytes): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob($bytes), (char) => char.charCodeAt(0));
}

/** What short bytes are. */
function beginning(data: Uint8Array): string {
  if (data.length === 0 || data.length > 64) return "";
  const hex = [...data].map((byte) => byte.toString(16).padStart(2, "0"));
  return ` ${hex.join(" ")}`;
}

function imageOf(data: Uint8Array<ArrayBuffer>): HTMLElement | null {
  const start = String.fromCharCode(...data.subarray(0, 12));
  const isWebp = start.startsWith("RIFF") && start.endsWith("WEBP");
  const type = isWebp
    ? "image/webp"
    : IMAGES.find(([beginning]) => start.startsWith(beginning))?.[1];
  // "BM" alone may begin any text.
  if (type === undefined || data.length < 32) return null;
  const image = element("img", { alt: `A picture of ${bytes(data.length)}` });
  const url = URL.createObjectURL(new Blob([data], { type }));
  image.onload = image.onerror = () => URL.revokeObjectURL(url);
  image.src = url;
  return image;
}

/** Draws an image of rows of pixels: `width`, `height`, and bytes of 1, 3 or 4 channels. */
function frameOf(part: unknown): HTMLElement | null {
  if (typeof part !== "object" || part === null) return null;
  const { width, height } = part as { width?: unknown; height?: unknown };
  if (typeof width !== "number" || typeof height !== "number") return null;
  const count = width * height;
  if (!Number.isSafeInteger(count) || count < 1 || count > MAX_PIXELS) {
    return null;
  }
  const found = Object.values(part).find(isBytes);
  if (found === undefined || found.length !== undefined) return null;
  const data = decode(found);
  const channels = data.length / count;
  if (channels !== 1 && channels !== 3 && channels !== 4) return null;
  const canvas = element("canvas", { width, height });
  const context = canvas.getContext("2d");
  if (context === null) return null;
  const image = context.createImageData(width, height);
  for (let pixel = 0; pixel < count; pixel++) {
    const from = pixel * channels;
    for (let channel = 0; channel < 3; channel++) {
      image.data[pixel * 4 + channel] =
        data[channels === 1 ? from : from + channel]!;
    }
    image.data[pixel * 4 + 3] = channels === 4 ? data[from + 3]! : 255;
  }
  context.putImageData(image, 0, 0);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `A picture of ${width} × ${height} pixels`);
  return canvas;
}
