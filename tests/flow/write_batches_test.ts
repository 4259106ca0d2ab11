/** How much of a sender that waits for room goes into one write. */
import { assertEquals } from "@std/assert";
import { MESSAGE_COST } from "../../internal/cost.ts";
import { WriteQueue } from "../../peer/flow/write_queue.ts";
import { StreamBody } from "../../protocol/body.ts";
import { resolveStreamConfig } from "../../protocol/config.ts";
import { Message } from "../../protocol/message.ts";
import { MessageHeader, MessageType } from "../../protocol/header.ts";
import { FrameChannel } from "../../transports/framed/frame_channel.ts";
import { ReadyIo } from "./ready_io.ts";
import { FlowScene } from "./support.ts";

const FRAME_LEN = 16;

Deno.test("one that sends message by message fills the queue again before it is written", async () => {
  const room = 100;
  const rounds = 10;
  const { flow } = new FlowScene({ own: room * MESSAGE_COST });
  const io = new ReadyIo();
  const queue = new WriteQueue(
    new FrameChannel(io, resolveStreamConfig()),
    flow,
    {
      onWrite: () => {},
      onError: (error) => {
        throw error;
      },
      moreToCome: () => true,
      peer: () => {
        throw new Error("There is no connection");
      },
    },
  );
  queue.start();
  for (let i = 0; i < rounds * room; i++) {
    const header = new MessageHeader(MessageType.Stream, i, 0);
    const message = new Message(header, new StreamBody(""));
    const push = (): Promise<void> | null => queue.push(message, "own");
    await (queue.full ? queue.whenRoom(push) : push());
  }
  await queue.drained();
  assertEquals(io.writes, Array(rounds).fill(room * FRAME_LEN));
});
