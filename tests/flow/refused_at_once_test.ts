/** What a channel refuses when it is pushed: it is counted, and no write takes it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MESSAGE_COST } from "../../internal/cost.ts";
import type { OutgoingKind } from "../../peer/flow/flow_control.ts";
import { WriteQueue } from "../../peer/flow/write_queue.ts";
import { StreamBody } from "../../protocol/body.ts";
import { resolveStreamConfig } from "../../protocol/config.ts";
import { RpcError } from "../../protocol/error.ts";
import { Message } from "../../protocol/message.ts";
import { MessageHeader, MessageType } from "../../protocol/header.ts";
import { FrameChannel } from "../../transports/framed/frame_channel.ts";
import { ReadyIo } from "./ready_io.ts";
import { FlowScene } from "./support.ts";

const ROOM = 4;
/** The service id of what is refused. */
const REFUSED = 1;

/** Refuses some messages at once, as shared rings do with frames that are too many. */
class RefusingChannel extends FrameChannel {
  override copies(message: Message): boolean {
    return message.header.serviceId !== REFUSED && super.copies(message);
  }

  override push(
    message: Message,
    detachable: boolean,
    settle?: (error?: RpcError) => void,
  ): void {
    if (message.header.serviceId !== REFUSED) {
      return super.push(message, detachable, settle);
    }
    settle?.(new RpcError("limit-exceeded", "Too many"));
  }
}

/** Takes the first bytes only when it is told to. */
class HeldIo extends ReadyIo {
  readonly held = Promise.withResolvers<void>();
  readonly begun = Promise.withResolvers<void>();

  override async send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    this.begun.resolve();
    await this.held.promise;
    return await super.send(bytes);
  }
}

/** A queue with room for a few messages, before it is started. */
function scene(io = new ReadyIo()) {
  const { flow } = new FlowScene({ own: ROOM * MESSAGE_COST });
  let writes = 0;
  const queue = new WriteQueue(
    new RefusingChannel(io, resolveStreamConfig()),
    flow,
    {
      onWrite: () => writes++,
      onError: (error) => {
        throw error;
      },
      moreToCome: () => false,
      peer: () => {
        throw new Error("There is no connection");
      },
    },
  );
  const push = (serviceId: number, kind: OutgoingKind = "own") => {
    const header = new MessageHeader(MessageType.Stream, 0, serviceId);
    return queue.push(new Message(header, new StreamBody("")), kind);
  };
  /** Pushes so many that are refused. */
  const refused = async (count: number): Promise<void> => {
    const sends = Array.from({ length: count }, () => push(REFUSED));
    for (const sent of sends) {
      await assertRejects(async () => await sent, RpcError, "Too many");
    }
  };
  return { flow, io, queue, push, refused, writes: () => writes };
}

Deno.test("What is refused at once takes no room, and writes nothing", async () => {
  const { flow, io, queue, push, refused, writes } = scene();
  queue.start();
  for (let i = 0; i < 3; i++) await refused(ROOM);
  assertEquals([flow.queued, queue.full, writes()], [0, false, 0]);
  await queue.whenRoom(() => push(2));
  await queue.drained();
  assertEquals([io.writes.length, flow.queued], [1, 0]);
});

Deno.test("Responses and refusals that are refused at once aren't counted for good", async () => {
  const { flow, queue, push } = scene();
  queue.start();
  for (const kind of ["reply", "refusal"] as const) {
    await assertRejects(async () => await push(REFUSED, kind), RpcError);
    assertEquals(flow.queued, 0);
  }
});

Deno.test("A send that waits for the room of what was refused goes on", async () => {
  const { flow, io, queue, push, refused } = scene();
  queue.start();
  const refusing = refused(ROOM);
  assert(queue.full);
  await queue.whenRoom(() => push(2));
  await refusing;
  await queue.drained();
  assertEquals([io.writes.length, flow.queued], [1, 0]);
});

Deno.test("Sends that wait for room and are refused then let go on those behind them", async () => {
  const { flow, io, queue, push, refused } = scene();
  queue.start();
  const refusing = refused(ROOM);
  const waiting = Array.from(
    { length: 5 * ROOM },
    () => assertRejects(() => queue.whenRoom(() => push(REFUSED)), RpcError),
  );
  const last = queue.whenRoom(() => push(2));
  await Promise.all([...waiting, refusing, last]);
  await queue.drained();
  assertEquals([io.writes.length, flow.queued], [1, 0]);
});

Deno.test("What is refused while a write is under way takes no room behind it", async () => {
  const io = new HeldIo();
  const { flow, queue, push, refused } = scene(io);
  queue.start();
  push(2);
  await io.begun.promise;
  await refused(ROOM);
  const last = queue.whenRoom(() => push(3));
  assertEquals(queue.waiting, 1);
  io.held.resolve();
  await last;
  await queue.drained();
  assertEquals([io.writes.length, flow.queued], [2, 0]);
});

Deno.test("What is refused before the queue is started takes no room when it is", async () => {
  const { flow, io, queue, push, refused } = scene();
  await refused(ROOM);
  const last = queue.whenRoom(() => push(2));
  assertEquals([queue.waiting, flow.queued], [1, ROOM * MESSAGE_COST]);
  queue.start();
  await last;
  await queue.drained();
  assertEquals([io.writes.length, flow.queued], [1, 0]);
});
