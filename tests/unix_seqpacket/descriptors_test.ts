/** Descriptors arrive usable and in order, in messages of all types. */
import { assertEquals, assertNotEquals } from "@std/assert";
import type { UnixBody } from "../../mod.ts";
import { KINDS, type Sample } from "./support/samples.ts";
import {
  assertUsable,
  nextRequest,
  nextStream,
  sceneTest,
} from "./support/scene.ts";

const LIMITS = { maxFdsRead: 253, maxFdsWrite: 253 };

/** A body with the descriptors of samples, armed for one more time. */
function bodyOf(
  data: string,
  samples: Sample[],
): { data: string; fds: Sample["fd"][] } {
  for (const sample of samples) sample.arm();
  return { data, fds: samples.map(({ fd }) => fd) };
}

function assertBody(body: UnixBody, data: string, samples: Sample[]): void {
  assertEquals(body.text(), data);
  assertEquals(body.fds.length, samples.length);
  samples.forEach((sample, i) => sample.check(body.fds[i]!));
  body[Symbol.dispose]();
}

for (const kind of KINDS) {
  for (const count of [1, 2, 10, 252, 253]) {
    sceneTest(
      `${count} of kind ${kind} arrive usable and in order, in messages of all types`,
      async (scene) => {
        const [a, b] = scene.pair(LIMITS);
        const samples = scene.samples(count, kind);
        const sent = await a.sendRequest(1, bodyOf("request", samples));
        const { request, body } = await nextRequest(b);
        assertBody(body, "request", samples);
        await sent.sendUpdate(2, bodyOf("there", samples));
        assertBody((await request.recvUpdate())!.body, "there", samples);
        await request.sendUpdate(3, bodyOf("back", samples));
        assertBody((await sent.recvUpdate())!.body, "back", samples);
        await request.sendResponse(4, bodyOf("response", samples));
        assertBody((await sent.recvResponse()).body, "response", samples);
        await b.sendStream(5, bodyOf("stream", samples));
        assertBody((await nextStream(a)).body, "stream", samples);
        for (const { fd } of samples) assertEquals(fd.closed, false);
      },
    );
  }
}

sceneTest("Kinds are mixed in one message", async (scene) => {
  const [a, b] = scene.pair(LIMITS);
  const samples = Array.from({ length: 60 }, () => KINDS)
    .flatMap((kinds) => kinds.flatMap((kind) => scene.samples(1, kind)));
  await a.sendStream(1, bodyOf("mixed", samples));
  assertBody((await nextStream(b)).body, "mixed", samples);
});

sceneTest("Many messages with descriptors keep their order", async (scene) => {
  const [a, b] = scene.pair(LIMITS);
  const samples = scene.samples(10, "memfd");
  const sends: Promise<void>[] = [];
  const counts = Array.from({ length: 300 }, (_, i) => i % 11);
  for (const [i, count] of counts.entries()) {
    const body = bodyOf(`${i}`, samples.slice(0, count));
    sends.push(a.sendStream(i, body));
  }
  for (const [i, count] of counts.entries()) {
    const { header, body } = await nextStream(b);
    assertEquals(header.serviceId, i);
    assertBody(body, `${i}`, samples.slice(0, count));
  }
  await Promise.all(sends);
});

sceneTest("A body of 100 KiB has descriptors too", async (scene) => {
  const length = 100 * 1024;
  const [a, b] = scene.pair({
    maxBodyLenRead: length,
    maxBodyLenWrite: length,
  });
  const samples = scene.samples(3);
  const data = "x".repeat(length);
  const sent = a.sendStream(1, bodyOf(data, samples));
  assertBody((await nextStream(b)).body, data, samples);
  await sent;
});

sceneTest(
  "The same descriptor twice in a message arrives as two of the same file",
  async (scene) => {
    const [a, b] = scene.pair();
    const [sample] = scene.samples(1) as [Sample];
    await a.sendStream(1, bodyOf("twice", [sample, sample]));
    const { body } = await nextStream(b);
    const [first, second] = body.fds;
    assertNotEquals(first!.fd, second!.fd);
    first!.close();
    sample.check(second!);
    assertEquals(second!.stat().ino, sample.fd.stat().ino);
    body[Symbol.dispose]();
  },
);

sceneTest("A descriptor can be sent again and again", async (scene) => {
  const [a, b] = scene.pair();
  const samples = scene.samples(1, "pipe");
  for (let i = 0; i < 3; i++) {
    await a.sendStream(1, bodyOf("again", samples));
    assertBody((await nextStream(b)).body, "again", samples);
  }
  await Promise.all([
    a.sendStream(1, bodyOf("at once", samples)),
    a.sendStream(1, bodyOf("at once", samples)),
  ]);
  for (let i = 0; i < 2; i++) {
    assertBody((await nextStream(b)).body, "at once", samples);
  }
});

sceneTest(
  "A descriptor may be closed once its send has resolved",
  async (scene) => {
    const [a, b] = scene.pair();
    const [sample] = scene.samples(1, "pipe") as [Sample];
    await a.sendStream(1, bodyOf("gone", [sample]));
    sample.fd.close();
    assertBody((await nextStream(b)).body, "gone", [sample]);
  },
);

sceneTest("A received descriptor can be sent on", async (scene) => {
  const [a, b] = scene.pair();
  const samples = scene.samples(2, "socket");
  await a.sendStream(1, bodyOf("there", samples));
  const { body } = await nextStream(b);
  await b.sendStream(1, body);
  body[Symbol.dispose]();
  assertBody((await nextStream(a)).body, "there", samples);
  await assertUsable(a, b);
});

sceneTest(
  "The list may change while the message waits to be sent",
  async (scene) => {
    const [a, b] = scene.pair();
    const samples = scene.samples(2, "pipe");
    const body = bodyOf("list", samples);
    const sent = a.sendStream(1, body);
    body.fds.pop();
    await sent;
    assertBody((await nextStream(b)).body, "list", samples);
  },
);
