/** Both ends of a typed interface, whose other side says what it likes. */
import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { RpcError } from "../../../mod.ts";
import {
  body,
  defineInterface,
  describe,
  serve,
  serverStats,
} from "../../../interface/mod.ts";
import { Connection } from "../../../peer/connection.ts";
import { PeerHandle } from "../../../peer/handles/peer_handle.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { z } from "../../interface/support/schemas.ts";
import { HandClock } from "../../support/hand_clock.ts";
import {
  type ScriptedEnd,
  scriptedPair,
} from "../../support/scripted_duplex.ts";
import { writeAll } from "../../support/scripted_fill.ts";
import { frame } from "../../support/scripted_frames.ts";
import { type Bytes, documented, type Target } from "./target.ts";

const SHAPE = z.object({ frames: z.number(), tags: z.array(z.string()) });
const VALUE = { frames: 3, tags: ["left", "right"] };
const JSON_VALUE = JSON.stringify(VALUE);

const Fuzzed = defineInterface({
  name: "Fuzzed",
  extensions: true,
  services: {
    echo: { id: 1, request: SHAPE, response: SHAPE },
    work: {
      id: 2,
      response: body<string>(),
      requestUpdates: { more: { id: 1, body: SHAPE } },
      responseUpdates: { progress: { id: 2, body: SHAPE } },
      errors: { warm: { body: SHAPE }, dark: {} },
    },
  },
  streams: {
    note: { id: 3, body: SHAPE },
    tick: { id: 4, from: "server", body: SHAPE },
  },
});

/** What an end may come to, and what may be reported of it. */
const CODES = [
  "connection-closed",
  "connection-aborted",
  "message-too-short",
  "invalid-message-type",
  "payload-too-large",
  "duplicate-request-id",
  "unknown-request-id",
  "unexpected-service-id",
  "unexpected-message-type",
  "request-closed",
  "decode-failed",
  "encode-failed",
  "remote-error",
  "deadline-exceeded",
  "limit-exceeded",
];

const encoder = new TextEncoder();

/** Frames of what a client says, or its library. */
const ASKED: readonly Bytes[] = [
  frame(0, 0, 1, JSON_VALUE),
  frame(0, 1, 2, "null"),
  frame(2, 1, 1, JSON_VALUE),
  frame(2, 1, 9, "no such update"),
  frame(2, 1, reservedId.CANCEL, ""),
  frame(4, 0, 3, JSON_VALUE),
  frame(4, 0, 9, "no such stream"),
  frame(4, 2, reservedId.METADATA, '{"timeout-ms":"50","a":"b"}'),
  frame(0, 2, 1, JSON_VALUE),
  frame(0, 3, reservedId.DESCRIBE, '{"interface":"Fuzzed","hidden":true}'),
  frame(0, 4, reservedId.STATS, ""),
  frame(0, 5, 77, "no such service"),
];

/** Frames of what a server says to requests 0 to 4: echo, two of work, describe, stats. */
const ANSWERED: readonly Bytes[] = [
  frame(1, 0, 1, JSON_VALUE),
  frame(3, 1, 2, JSON_VALUE),
  frame(3, 1, 9, "no such update"),
  frame(1, 1, 2, '"done"'),
  frame(1, 2, -1, `warm: too warm\n${JSON_VALUE}`),
  frame(1, 2, -1, "dark: too dark"),
  frame(1, 2, -1, "unavailable: closing"),
  frame(
    3,
    3,
    reservedId.DESCRIBE,
    encoder.encode(
      JSON.stringify({ interfaces: [Fuzzed.definition] }),
    ),
  ),
  frame(1, 3, reservedId.DESCRIBE, ""),
  frame(3, 4, reservedId.STATS, '{"interfaces":[]}'),
  frame(1, 4, reservedId.STATS, ""),
  frame(4, 0, 4, JSON_VALUE),
];

/** A peer whose other side is the wire. */
class Scene {
  readonly clock = new HandClock();
  readonly wire: ScriptedEnd;
  readonly peer: PeerHandle;
  /** What was reported, and isn't documented. */
  readonly bad: unknown[] = [];

  constructor() {
    const [here, there] = scriptedPair();
    this.wire = there;
    const options = {
      extensions: true,
      onError: (error: unknown) => this.note(error),
    };
    const connection = new Connection(here.ioTransport(), options, {
      clock: this.clock,
    });
    this.peer = new PeerHandle(connection);
    connection.start();
  }

  /** Notes an error, which must be one that is documented. */
  note(error: unknown): void {
    const isKnown = error instanceof RpcError && CODES.includes(error.code);
    if (!isKnown) this.bad.push(error);
  }

  /** Says something, and nothing more. */
  async say(input: Bytes): Promise<void> {
    await writeAll(this.wire.output, input);
    this.wire.output.endReads();
  }

  /** Waits for its end, and looks at what is left; what it has ended with. */
  async end(): Promise<string> {
    const error = await this.peer.closed;
    if (this.bad.length > 0) throw this.bad[0];
    const stats = this.peer.stats();
    assertEquals(
      [stats.openSentRequests, stats.openReceivedRequests, stats.queuedBytes],
      [0, 0, 0],
    );
    assertEquals(this.clock.pending, 0);
    return error === null ? "taken" : documented(error, CODES);
  }
}

const servers: Target = {
  name: "a typed server",
  corpus: [...ASKED, concat(ASKED)],
  words: ASKED,
  async run(input) {
    const scene = new Scene();
    const fuzzed = Fuzzed.implement({
      echo: (value) => {
        assertEquals(SHAPE.parse(value), value);
        return value;
      },
      async *work(_value, request) {
        yield { name: "progress", body: VALUE };
        for await (const update of request.updates()) {
          assertEquals(SHAPE.parse(update.body), update.body);
        }
        return "done";
      },
      note: (value) => void assertEquals(SHAPE.parse(value), value),
    });
    const serving = serve(scene.peer, fuzzed, { describe: true, stats: true });
    await scene.say(input);
    await serving;
    return await scene.end();
  },
};

const clients: Target = {
  name: "a typed client",
  corpus: [...ANSWERED, concat(ANSWERED)],
  words: ANSWERED,
  async run(input) {
    const scene = new Scene();
    const { peer } = scene;
    const client = Fuzzed.client(peer);
    const note = (error: unknown): void => scene.note(error);
    client.tick.on((value) => {
      assertEquals(SHAPE.parse(value), value);
    });
    const waiting = [
      client.echo(VALUE).then((value) => {
        assertEquals(SHAPE.parse(value), value);
      }),
      readWork(client),
      readWork(client),
      describe(peer).then(({ interfaces }) =>
        assert(Array.isArray(interfaces))
      ),
      serverStats(peer),
    ].map((promise) => promise.then(() => {}, note));
    await scene.say(input);
    // What it says afterwards ends the connection, so that all of these end.
    await Promise.all(waiting);
    await peer.close();
    return await scene.end();
  },
};

async function readWork(
  client: ReturnType<typeof Fuzzed.client>,
): Promise<void> {
  using work = await client.work();
  for await (const update of work.updates()) {
    assertEquals(SHAPE.parse(update.body), update.body);
  }
  await work.response();
}

/** Both ends of a typed interface. */
export const TYPED_TARGETS: readonly Target[] = [servers, clients];
