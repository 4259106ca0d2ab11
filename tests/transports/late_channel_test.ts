/** A channel whose code is loaded while it is used already. */
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { RpcError } from "../../protocol/error.ts";
import { StreamBody } from "../../protocol/body.ts";
import { MessageHeader, MessageType } from "../../protocol/header.ts";
import { Message } from "../../protocol/message.ts";
import type { CheckedChannel } from "../../transports/channel_transport.ts";
import { LateChannel, LateCode } from "../../transports/late_channel.ts";
import type { Incoming } from "../../transports/transport.ts";

function message(id: number): Message {
  const header = new MessageHeader(MessageType.Stream, 0, id);
  return new Message(header, new StreamBody(`${id}`));
}

/** Notes what it is told, and writes at once. */
class NotingChannel implements CheckedChannel<StreamBody> {
  readonly notes: string[] = [];
  readonly partial = false;
  readonly losesOnClose = false;
  readonly settlesCopies = true;
  received = 0;
  written = 0;
  readonly #settles: ((error?: RpcError) => void)[] = [];

  attach(): void {
    this.notes.push("attach");
  }

  check(): null {
    return null;
  }

  read(): Promise<Incoming<StreamBody>[] | null> {
    this.notes.push("read");
    return Promise.resolve([message(9)]);
  }

  copies(): boolean {
    return true;
  }

  push(
    { header }: Message,
    detachable: boolean,
    settle?: (error?: RpcError) => void,
  ): void {
    this.notes.push(`push ${header.serviceId} ${detachable}`);
    if (settle !== undefined) this.#settles.push(settle);
  }

  detach(): void {
    this.notes.push("detach");
  }

  get empty(): boolean {
    return this.#settles.length === 0;
  }

  write(): Promise<void> {
    this.notes.push("write");
    for (const settle of this.#settles.splice(0)) settle();
    return Promise.resolve();
  }

  closeWrite(): Promise<void> {
    this.notes.push("closeWrite");
    return Promise.resolve();
  }

  close(): void {
    this.notes.push("close");
  }
}

/** A late channel, and what ends its loading. */
function late() {
  const channel = new NotingChannel();
  const loading = Promise.withResolvers<() => NotingChannel>();
  const abandoned: string[] = [];
  const made = new LateChannel<StreamBody, NotingChannel>({
    load: () => loading.promise,
    check: ({ header }) =>
      header.serviceId === 0 ? new RpcError("payload-too-large", "no") : null,
    abandon: () => abandoned.push("abandoned"),
  });
  return { channel, loading, abandoned, made };
}

const EVENTS = { onRefused: () => {}, onPartial: () => {} };

Deno.test("What is pushed before a late channel is there goes out in order", async () => {
  const { channel, loading, abandoned, made } = late();
  const settled: unknown[] = [];
  made.attach(EVENTS);
  assertEquals([made.empty, made.copies(message(1), true)], [true, false]);
  made.push(message(1), true, () => settled.push(1));
  made.push(message(2), false, () => settled.push(2));
  made.detach();
  assertEquals([made.empty, made.written, made.received], [false, 0, 0]);
  const read = made.read();
  const write = made.write();
  assertEquals(channel.notes, []);
  loading.resolve(() => channel);
  assertEquals((await read)?.length, 1);
  await write;
  assertEquals(settled, [1, 2]);
  made.push(message(3), true);
  await made.write();
  await made.closeWrite();
  await made.close();
  assertEquals(channel.notes, [
    "attach",
    "detach",
    "push 1 true",
    "push 2 false",
    "read",
    "write",
    "push 3 true",
    "write",
    "closeWrite",
    "close",
  ]);
  assertEquals(abandoned, []);
});

Deno.test("A late channel loses nothing on close, as those that it is for", () => {
  const { channel, made } = late();
  assertEquals(made.losesOnClose, channel.losesOnClose);
});

Deno.test("A late channel checks messages before it is there", () => {
  const { made } = late();
  assertEquals(made.check(message(0))?.code, "payload-too-large");
  assertEquals(made.check(message(1)), null);
});

Deno.test("A late channel that is closed before it is there releases its socket, and fails what waits", async () => {
  const { channel, loading, abandoned, made } = late();
  const settled: (string | undefined)[] = [];
  made.push(message(1), true, (error) => settled.push(error?.code));
  const read = made.read();
  const write = made.write();
  await made.close();
  await made.close();
  assertEquals([abandoned, settled], [["abandoned"], ["connection-aborted"]]);
  loading.resolve(() => channel);
  for (const pending of [read, write]) {
    const error = await assertRejects(() => pending, RpcError);
    assertEquals(error.code, "connection-aborted");
  }
  assertEquals(channel.notes, []);
});

Deno.test("Where the code of a late channel can't be loaded, reads and writes say why", async () => {
  const { loading, abandoned, made } = late();
  const settled: (string | undefined)[] = [];
  made.push(message(1), true, (error) => settled.push(error?.code));
  const read = made.read();
  const write = made.write();
  const cause = new TypeError("not found");
  loading.reject(cause);
  for (const pending of [read, write]) {
    const error = await assertRejects(() => pending, RpcError, "not found");
    assertStrictEquals(error.cause, cause);
  }
  assertEquals(settled, ["connection-aborted"]);
  await made.close();
  assertEquals(abandoned, ["abandoned"]);
});

Deno.test("Code is loaded once, after which it is there at once", async () => {
  let loads = 0;
  const code = new LateCode(() => Promise.resolve(++loads));
  assertEquals(code.loaded, null);
  assertEquals([await code.load(), await code.load()], [1, 1]);
  assertEquals(code.loaded, 1);
});
