import { assertEquals } from "@std/assert";
import { bind, connect } from "../../endpoints/websocket.ts";
import { testWith } from "../support/permissions.ts";

testWith(
  "webSocket",
  "a body that is given away may be longer than a message",
  async () => {
    const limits = { maxBodyLenRead: 4 << 20, maxBodyLenWrite: 4 << 20 };
    await using listener = await bind("ws://127.0.0.1:0/", limits);
    listener.run((peer) =>
      peer.serve({
        1: (_request, body) => ({ data: body.data, transfer: true }),
      })
    );
    await using peer = await connect(listener.addr, limits);
    const data = new Uint8Array(3 << 20).fill(7);
    const answer = await peer.call(1, { data, transfer: true });
    assertEquals(answer.body.data.length, 3 << 20);
  },
);
