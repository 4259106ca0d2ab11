/** Bodies and their memory: what is given back, and what stays. */
import { assert, assertEquals } from "@std/assert";
import { json } from "../../../interface/formats/json.ts";
import {
  body,
  bytes,
  defineInterface,
  InvalidMessageError,
  peerBody,
} from "../../../interface/mod.ts";
import { BodyCodec } from "../../../interface/codecs/body_codec.ts";
import { cbor } from "../../../interface/formats/cbor.ts";
import { msgpack } from "../../../interface/formats/msgpack.ts";
import type { Message, StreamBody } from "../../../mod.ts";
import { conformance as everywhere } from "../../support/conformance.ts";
import type { Scene } from "../../support/scene.ts";
import { nextStream } from "../../support/expect.ts";

/** Where large bodies share memory that can be given back. */
function conformance(
  name: string,
  fn: (scene: Scene) => Promise<void>,
): void {
  everywhere(name, fn, ({ disposeEmpties }) => disposeEmpties);
}

const LARGE = 600 * 1024;
const LIMITS = { maxBodyLenRead: 4 << 20, maxBodyLenWrite: 4 << 20 };

const Frames = defineInterface({
  name: "Frames",
  services: {
    text: { id: 1, request: body<string>(), response: body<number>() },
    bytes: { id: 2, request: bytes, response: bytes },
    peer: { id: 3, request: peerBody(), response: peerBody() },
  },
});

conformance("large bytes stay with who receives them", async (scene) => {
  const [left, right] = await scene.pair(LIMITS);
  const kept: Uint8Array[] = [];
  Frames.serve(right, {
    text: (text) => text.length,
    bytes: (data) => {
      kept.push(data);
      return data;
    },
    peer: (body) => body,
  });
  const frames = Frames.client(left);
  for (let number = 1; number <= 4; number++) {
    const data = await frames.bytes(new Uint8Array(LARGE).fill(number));
    assertEquals([data.length, data[0], data.at(-1)], [LARGE, number, number]);
    assertEquals(await frames.text("x".repeat(LARGE)), LARGE);
  }
  assertEquals(kept.map((data) => [data.length, data[LARGE / 2]]), [
    [LARGE, 1],
    [LARGE, 2],
    [LARGE, 3],
    [LARGE, 4],
  ]);
});

conformance(
  "a body of the transport is the receiver's to dispose",
  async (scene) => {
    const [left, right] = await scene.pair(LIMITS);
    const received: StreamBody[] = [];
    Frames.serve(right, {
      text: (text) => text.length,
      bytes: (data) => data,
      peer: (body) => {
        received.push(body);
        return "got it";
      },
    });
    const response = await Frames.client(left).peer(new Uint8Array(LARGE));
    assertEquals(response.text(), "got it");
    assertEquals(received[0]!.data.length, LARGE);
    received[0]![Symbol.dispose]();
    assertEquals(received[0]!.data.length, 0);
  },
);

conformance(
  "a large body that is decoded gives its memory back, an invalid one keeps it",
  async (scene) => {
    const [left, right] = await scene.pair(LIMITS);
    const codec = new BodyCodec("the text", body(), json);
    const read = async (text: string): Promise<[unknown, Message]> => {
      const [message] = await Promise.all([
        nextStream(right),
        left.sendStream(1, text),
      ]);
      const decode = (): unknown => codec.decodeMessage(message);
      return [await Promise.try(decode).catch((error) => error), message];
    };
    const text = "x".repeat(LARGE - 2);
    const [value, { body: { data } }] = await read(`"${text}"`);
    assertEquals(value, text);
    assertEquals(data.length, 0);
    const [error, invalid] = await read(`"${text}x`);
    assert(error instanceof InvalidMessageError);
    assertEquals(error.received, invalid);
    assertEquals(invalid.body.data.length, LARGE);
  },
);

for (const format of [msgpack, cbor]) {
  conformance(
    `${format.name}: bytes within a large value stay as they are`,
    async (scene) => {
      const Images = defineInterface({
        name: "Images",
        format,
        streams: { image: { id: 1, body: body<{ pixels: Uint8Array }>() } },
      });
      const [left, right] = await scene.pair(LIMITS);
      const messages = Images.messages(right);
      const images = Images.client(left);
      const kept: Uint8Array[] = [];
      for (let number = 1; number <= 4; number++) {
        const [message] = await Promise.all([
          messages.recvMessage(),
          images.image({ pixels: new Uint8Array(LARGE).fill(number) }),
        ]);
        kept.push(message!.body.pixels);
      }
      assertEquals(kept.map((pixels) => [pixels.length, pixels[LARGE - 1]]), [
        [LARGE, 1],
        [LARGE, 2],
        [LARGE, 3],
        [LARGE, 4],
      ]);
    },
  );
}
