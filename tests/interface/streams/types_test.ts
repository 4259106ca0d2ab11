/** What compiles of streams in both directions, and what their types are. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  body,
  type ClientOf,
  defineInterface,
  type HandlersOf,
  type MessageOf,
  peerBody,
} from "../../../interface/mod.ts";
import type { PeerHandle, UnixBody } from "../../../mod.ts";
import { compiles, type Equal, holds } from "../../types/support.ts";
import { Robot } from "./support.ts";

type Client = ClientOf<typeof Robot>;

Deno.test("A stream of the server is a subscription on the client", () => {
  compiles(async (robot: Client) => {
    for await (const joints of robot.joints({ keep: 3 })) {
      holds<Equal<typeof joints, number[]>>();
    }
    const { value } = await robot.joints().next();
    holds<Equal<typeof value, number[] | undefined>>();
    using handled = robot.joints.on((joints) => {
      holds<Equal<typeof joints, number[]>>();
    }, { keep: "latest", onDrop: (dropped: number) => void dropped });
    holds<Equal<typeof handled.dropped, number>>();
    robot.beat.on((nothing) => {
      holds<Equal<typeof nothing, undefined>>();
    });
    // @ts-expect-error only the server sends it
    await robot.joints([1, 2]);
    // @ts-expect-error the newest, or a number
    robot.joints({ keep: "newest" });
    // @ts-expect-error the client sends it
    robot.jog.on(() => {});
    const sent = robot.jog(1);
    holds<Equal<typeof sent, Promise<void>>>();
  });
});

Deno.test("A server has handlers and messages for streams of the client only", () => {
  type Handlers = HandlersOf<typeof Robot>;
  holds<Equal<keyof Handlers, "stop" | "jog" | "wake">>();
  type Names = MessageOf<typeof Robot>["name"];
  holds<Equal<Names, "stop" | "jog" | "wake">>();
});

Deno.test("The streams of an interface send what was declared, to peers that carry it", () => {
  const Files = defineInterface({
    name: "Files",
    streams: {
      file: { id: 1, from: "server", body: peerBody<UnixBody>() },
    },
  });
  compiles(async (plain: PeerHandle, unix: PeerHandle<UnixBody>) => {
    await Robot.streams.joints.send(plain, [1]);
    await Robot.streams.joints.send(unix, [1], { signal: undefined });
    await Robot.streams.beat.send(plain);
    // @ts-expect-error it has a body
    await Robot.streams.joints.send(plain);
    // @ts-expect-error it has another body
    await Robot.streams.joints.send(plain, "home");
    // @ts-expect-error it has no body
    await Robot.streams.beat.send(plain, 5);
    await Files.streams.file.send(unix, { data: "", fds: [] });
    // @ts-expect-error a byte stream carries no descriptors
    await Files.streams.file.send(plain, "");
    // @ts-expect-error there is no such stream
    Robot.streams.other;
  });
});

Deno.test("Declarations of streams are checked", () => {
  compiles(() =>
    defineInterface({
      name: "X",
      // @ts-expect-error nobody else sends
      streams: { a: { id: 1, from: "peer" } },
    })
  );
  compiles(() =>
    defineInterface({
      name: "X",
      streams: {
        // @ts-expect-error one id, in whatever direction
        a: { id: 1, from: "server" },
        // @ts-expect-error one id, in whatever direction
        b: { id: 1 },
      },
    })
  );
  compiles(() =>
    defineInterface({
      name: "X",
      services: {
        a: {
          id: 1,
          // @ts-expect-error updates have their direction by where they stand
          requestUpdates: { b: { id: 1, from: "server" } },
        },
      },
    })
  );
  const refused: [object, string][] = [
    [{ a: { id: 1, from: "peer" } }, 'must be from "client" or "server"'],
    [{ a: { id: 1, from: "server" }, b: { id: 1 } }, "used for two"],
    [{ a: { id: 1, form: "server" } }, '"form"'],
  ];
  for (const [streams, text] of refused) {
    assertThrows(
      () => defineInterface({ name: "X", streams: streams as never }),
      Error,
      text,
    );
  }
});

Deno.test("The definition says who sends a stream", () => {
  const from = Robot.definition.streams.map(({ name, from }) => [name, from]);
  assertEquals(from, [
    ["joints", "server"],
    ["beat", "server"],
    ["jog", "client"],
    ["wake", "client"],
  ]);
  // What is declared last doesn't decide where it stands.
  assertEquals(Object.keys(Robot.streams), ["joints", "beat", "jog", "wake"]);
  const { streams } = defineInterface({
    name: "X",
    streams: { a: { id: 1, from: undefined, body: body<string>() } },
  });
  assertEquals(streams.a.from, "client");
});
