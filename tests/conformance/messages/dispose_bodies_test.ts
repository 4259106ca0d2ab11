/** Received bodies that are disposed: large ones give their memory back, small ones stay. */
import { assert, assertEquals } from "@std/assert";
import { equals } from "@std/bytes";
import type { Message, StreamBody } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream } from "../../support/expect.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import type { TransportUnderTest } from "../../support/transport_under_test.ts";
import { numberedBody } from "../../support/bodies/numbered_body.ts";

const KIB = 1024;
const LIMIT = 4 * KIB * KIB;

/** The length of a large body, as far as the transport carries it. */
function largeIn({ transport }: Scene, length = 600 * KIB): number {
  return Math.min(length, transport.maxBodyLen);
}

function givesMemoryBack({ disposeEmpties }: TransportUnderTest): boolean {
  return disposeEmpties;
}

/** A function that sends the body of a number from one peer, and takes it on the other, where it is right. */
async function sender(
  scene: Scene,
): Promise<(number: number, length?: number) => Promise<Message>> {
  const [left, right] = await scene.pair(scene.limits(LIMIT));
  return async (number, length = largeIn(scene)) => {
    const [message] = await Promise.all([
      nextStream(right),
      left.sendStream(1, numberedBody(number, length)),
    ]);
    assertBody(message.body, number, length);
    return message;
  };
}

/** Fails unless a body is the one of a number. */
function assertBody(
  body: { data: Uint8Array },
  number: number,
  length: number,
): void {
  assert(equals(body.data, numberedBody(number, length)), `body ${number}`);
}

conformance(
  "a disposed large body is empty, and the next one is right",
  async (scene) => {
    const send = await sender(scene);
    for (let number = 0; number < 6; number++) {
      const { body } = await send(number);
      const { data } = body;
      const part = data.subarray(10, 20);
      body[Symbol.dispose]();
      assertEquals([body.data.length, data.length, part.length], [0, 0, 0]);
      assert(data.buffer.detached);
      assertEquals(body.text(), "");
    }
  },
  givesMemoryBack,
);

conformance("using gives a large body back at its end", async (scene) => {
  const send = await sender(scene);
  let data: Uint8Array;
  {
    using body = (await send(1)).body;
    data = body.data;
  }
  assertEquals(data.length, 0);
  await send(2);
}, givesMemoryBack);

conformance(
  "a disposed large body keeps its bytes",
  async (scene) => {
    const send = await sender(scene);
    const length = largeIn(scene);
    const { body } = await send(1);
    body[Symbol.dispose]();
    const next = await send(2);
    assertBody(body, 1, length);
    assertBody(next.body, 2, length);
  },
  (transport) => !givesMemoryBack(transport),
);

conformance(
  "disposing twice takes nothing from the next body",
  async (scene) => {
    const send = await sender(scene);
    const first = await send(1);
    first.body[Symbol.dispose]();
    first.body[Symbol.dispose]();
    const second = await send(2);
    first.body[Symbol.dispose]();
    const third = await send(3);
    assertBody(second.body, 2, largeIn(scene));
    assertBody(third.body, 3, largeIn(scene));
  },
);

conformance(
  "bodies that were delivered and not disposed are never overwritten",
  async (scene) => {
    const send = await sender(scene);
    const kept = new Map<number, StreamBody>();
    const lengths = [600, 300, 1000, 601, 400]
      .map((kib) => largeIn(scene, kib * KIB));
    for (let number = 0; number < 20; number++) {
      const length = lengths[number % lengths.length]!;
      const { body } = await send(number, length);
      if (number % 3 === 0) kept.set(number, body);
      else body[Symbol.dispose]();
    }
    for (const [number, body] of kept) {
      assertBody(body, number, lengths[number % lengths.length]!);
    }
  },
);

conformance(
  "a smaller body after a larger one has its length",
  async (scene) => {
    const send = await sender(scene);
    const length = largeIn(scene);
    (await send(1, length)).body[Symbol.dispose]();
    const { body } = await send(2, length - 100 * KIB);
    assertEquals(body.data.length, length - 100 * KIB);
  },
);

conformance("small bodies stay readable after dispose", async (scene) => {
  const send = await sender(scene);
  const { body } = await send(1, 100);
  body[Symbol.dispose]();
  assertBody(body, 1, 100);
  await send(2, 100);
  assertBody(body, 1, 100);
});

conformance("a body of one's own stays as it is", async (scene) => {
  const [left, right] = await scene.pair(scene.limits(LIMIT));
  const data = numberedBody(1, largeIn(scene));
  await left.sendStream(1, data);
  const received = (await nextStream(right)).body;
  received[Symbol.dispose]();
  assertBody({ data }, 1, data.length);
});

conformance(
  "requests, updates and responses give their memory back too",
  async (scene) => {
    const [client, server] = await scene.pair(scene.limits(LIMIT));
    const length = largeIn(scene);
    for (let round = 0; round < 3; round++) {
      const [sent, { request, body }] = await Promise.all([
        client.sendRequest(1, numberedBody(round, length)),
        nextRequest(server),
      ]);
      assertBody(body, round, length);
      body[Symbol.dispose]();
      const [update] = await Promise.all([
        sent.recvUpdate(),
        request.sendUpdate(2, numberedBody(round + 10, length)),
      ]);
      assertBody(update!.body, round + 10, length);
      update!.body[Symbol.dispose]();
      const [response] = await Promise.all([
        sent.recvResponse(),
        request.sendResponse(1, numberedBody(round + 20, length)),
      ]);
      assertBody(response.body, round + 20, length);
      response.body[Symbol.dispose]();
      for (const gone of [body, update!.body, response.body]) {
        assertEquals(gone.data.length, 0);
      }
    }
  },
  givesMemoryBack,
);

conformance("a body may be disposed once it was sent on", async (scene) => {
  const [client, server] = await scene.pair(scene.limits(LIMIT));
  const serving = echoAndDispose(server);
  const length = largeIn(scene);
  for (let number = 0; number < 5; number++) {
    using body = (await client.call(1, numberedBody(number, length))).body;
    assertBody(body, number, length);
  }
  await client.close();
  await serving;
});

async function echoAndDispose(peer: TestPeer): Promise<void> {
  for await (const message of peer) {
    assert(message.kind === "request");
    using body = message.body;
    await message.request.sendResponse(1, body);
  }
}
