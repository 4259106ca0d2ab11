/** What `settle` of a batch may do, as each message goes to the kernel. */
import { assertEquals } from "@std/assert";
import {
  Message,
  MessageHeader,
  MessageType,
  type Outgoing,
  UnixBody,
  type UnixSeqpacketTransport,
} from "../../mod.ts";
import { parse, type Scene, sceneTest } from "./support/scene.ts";
import { consoleErrors } from "../support/console_errors.ts";

const COUNT = 3;
const IDS = Array.from({ length: COUNT }, (_, i) => i);

/** What has become of each message of a batch, in the order in which it was told. */
interface Outcome {
  settled: [id: number, error: string | undefined][];
  received: number[];
}

/** Writes a batch; `onFirst` is called when its first message is settled. */
async function write(
  scene: Scene,
  onFirst: (transport: UnixSeqpacketTransport) => void,
): Promise<Outcome> {
  const [transport, raw] = scene.rawTransport();
  const settled: Outcome["settled"] = [];
  const batch = IDS.map((id): Outgoing<UnixBody> => ({
    message: new Message(
      new MessageHeader(MessageType.Stream, id, 1),
      new UnixBody(`message ${id}`),
    ),
    settle(error) {
      settled.push([id, error?.code]);
      if (id === 0) onFirst(transport);
    },
  }));
  const writer = transport.writable.getWriter();
  await writer.write(batch);
  await transport.close();
  const received: number[] = [];
  for (;;) {
    const datagram = await raw.recv();
    if (datagram === null) break;
    received.push(parse(datagram.data)[1]);
  }
  return { settled, received };
}

const ALL: Outcome = {
  settled: IDS.map((id) => [id, undefined]),
  received: IDS,
};

sceneTest(
  "settle that closes the transport: what the kernel has taken is settled without an error, once",
  async (scene) => {
    let closed: void | Promise<void> = undefined;
    const outcome = await write(scene, (transport) => {
      closed = transport.close();
    });
    await closed;
    assertEquals(outcome, ALL);
  },
);

sceneTest(
  "settle that throws: all is sent and settled, and the error is printed",
  async (scene) => {
    const error = new Error("thrown by the test");
    const printed = await consoleErrors(async () => {
      const outcome = await write(scene, () => {
        throw error;
      });
      assertEquals(outcome, ALL);
    });
    assertEquals(printed, [[error]]);
  },
);
