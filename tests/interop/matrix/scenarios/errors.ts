import { assertEquals } from "@std/assert";
import { rejectsWith } from "../../../support/expect.ts";
import { DROP, ECHO, FAIL } from "../../support/services.ts";
import { ENDED } from "../scene.ts";
import type { Scenario } from "../scenario.ts";

const NO_SUCH_SERVICE = 99;

export const errorResponse: Scenario = {
  name: "an error response brings its text",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    for (const text of ["zażółć", "", "x".repeat(scene.transport.maxBodyLen)]) {
      const error = await rejectsWith(
        "remote-error",
        () => peer.call(FAIL, text),
      );
      if (text !== "") assertEquals(error.message, text);
      const request = await peer.sendRequest(FAIL, text);
      const response = await request.recvResponse();
      assertEquals([response.isError, response.text()], [true, text]);
    }
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    for (const text of ["zażółć", "", "x".repeat(scene.transport.maxBodyLen)]) {
      await scene.script(`call:${FAIL},${text}`, [`error: ${text}`]);
    }
  },
};

export const unknownService: Scenario = {
  name: "a request for an unknown service gets an error response",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    const error = await rejectsWith(
      "remote-error",
      () => peer.call(NO_SUCH_SERVICE, "?"),
    );
    assertEquals(error.message, "no such service");
    assertEquals((await peer.call(ECHO, "go on")).text(), "go on");
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    const call = `ask:call:${NO_SUCH_SERVICE},?`;
    const [peer, native] = await scene.fromNative(call);
    await peer.serve({});
    const [lines, code] = await native.end();
    assertEquals(lines.length, 3);
    assertEquals(lines[0]?.startsWith("error: "), true, lines[0]);
    assertEquals([lines.slice(1), code], [["done", ENDED], 0]);
    assertEquals(await peer.closed, null);
  },
};

/** The reading half is given away on the side that is asked. */
export const noReader: Scenario = {
  name: "a side that takes no requests answers them with an error",

  async toNative(scene) {
    const native = await scene.nativeServer("deaf-serve");
    const peer = await scene.connect(native);
    assertEquals(await native.line(), "deaf");
    for (const service of [ECHO, NO_SUCH_SERVICE]) {
      const error = await rejectsWith(
        "remote-error",
        () => peer.call(service, ""),
      );
      const text = `unexpected request for service ${service}`;
      assertEquals(error.message, text);
    }
    assertEquals(peer.stats().openSentRequests, 0);
  },

  async fromNative(scene) {
    const [peer, native] = await scene.fromNative(`ask:call:${ECHO},?`);
    const [read, write] = peer.split();
    read[Symbol.dispose]();
    const [lines, code] = await native.end();
    assertEquals(lines[0]?.startsWith("error: "), true, lines[0]);
    assertEquals([lines.slice(1), code], [["done", ENDED], 0]);
    write[Symbol.dispose]();
    // The scene knows nothing of the halves.
    await write.closed;
  },
};

/** The application forgets a request. */
export const dropped: Scenario = {
  name: "a request that is dropped without an answer",
  defect: "D: the native side tells nobody",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    const forgotten = new AbortController();
    const call = peer.call(DROP, "", { signal: forgotten.signal });
    // The native one has dropped it before it answers this.
    assertEquals((await peer.call(ECHO, "go on")).text(), "go on");
    assertEquals(peer.stats().openSentRequests, 1);
    forgotten.abort(new Error("given up"));
    assertEquals(await call.catch((error) => error.message), "given up");
    // Its id stays reserved: an answer may still come, as far as this side knows.
    assertEquals(peer.stats().openSentRequests, 1);
    assertEquals((await peer.call(ECHO, "go on")).text(), "go on");
    await peer.close();
    assertEquals(await native.line(), ENDED);
  },

  async fromNative(scene) {
    const [peer, native] = await scene.fromNative(`ask:call:${DROP},`);
    for await (const message of peer) {
      if (message.kind === "request") message.request[Symbol.dispose]();
    }
    const [lines, code] = await native.end();
    assertEquals(lines[0]?.startsWith("error: "), true, lines[0]);
    assertEquals([lines.slice(1), code], [["done", ENDED], 0]);
    assertEquals(peer.stats().openReceivedRequests, 0);
  },
};
