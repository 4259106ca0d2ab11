import { assertEquals } from "@std/assert";
import {
  PeerHandle,
  type PeerOptions,
  type StreamBody,
  type StreamConfig,
} from "../../mod.ts";
import { Connection } from "../../peer/connection.ts";
import { HandClock } from "../support/hand_clock.ts";
import { type ScriptedEnd, scriptedPair } from "../support/scripted_duplex.ts";
import { writeAll } from "../support/scripted_fill.ts";
import {
  frame,
  parse,
  RESPONSE,
  type WireFrame,
} from "../support/scripted_frames.ts";
import type { PipeScript } from "../support/scripted_pipe.ts";
import { wire, type WireKind } from "./wires.ts";

/** What a victim is made with, besides the options of peer and transport. */
export interface VictimOptions extends PeerOptions, StreamConfig {
  /** Over what it runs. Default: a transport that meets short writes. */
  readonly kind?: WireKind;
  /** How its reads behave. */
  readonly reads?: PipeScript;
  /** How its writes behave. */
  readonly writes?: PipeScript;
}

/** A live peer, with a scripted wire and clock in the hands of a hostile one. */
export class Victim implements AsyncDisposable {
  /** The peer under attack. */
  readonly peer: PeerHandle;
  /** The connection under it. */
  readonly connection: Connection<StreamBody, null>;
  /** The hostile end of the wire. */
  readonly wire: ScriptedEnd;
  /** The victim's clock. */
  readonly clock = new HandClock();
  readonly #wireEnded: Promise<unknown>;

  constructor(options: VictimOptions = {}) {
    const { kind = "ioTransport", reads, writes, ...rest } = options;
    const [here, there] = scriptedPair(writes, reads);
    const { transport, ended } = wire(here, kind, rest);
    this.#wireEnded = ended;
    this.connection = new Connection(transport, rest, {
      clock: this.clock,
    });
    this.peer = new PeerHandle(this.connection);
    this.wire = there;
    this.connection.start();
  }

  /** Says something to it. */
  say(...parts: Uint8Array[]): Promise<void> {
    return parts.reduce<Promise<void>>(
      (before, part) => before.then(() => writeAll(this.wire.output, part)),
      Promise.resolve(),
    );
  }

  /** What it has said so far, heard or not. */
  get said(): WireFrame[] {
    return parse(this.wire.input.log).frames;
  }

  /** Reads what it says until so many responses have been heard in all. */
  async hear(responses: number): Promise<void> {
    while (this.responses < responses) {
      if (await this.wire.input.read() === null) {
        throw new Error(`It ended after ${this.responses} responses`);
      }
    }
  }

  /** How many responses it has given to the wire. */
  get responses(): number {
    return this.said.filter(({ type }) => type === RESPONSE).length;
  }

  /** Fails unless it still takes a request and answers it. */
  async isUsable(): Promise<void> {
    const answered = this.responses;
    const asking = this.say(frame(0, 0xdead, 77, "still there?"));
    for (;;) {
      const message = await this.peer.recvMessage().catch(() => undefined);
      if (message?.kind !== "request") continue;
      if (message.request.requestId !== 0xdead) continue;
      await message.request.sendResponse(77, "yes");
      break;
    }
    await asking;
    await this.hear(answered + 1);
    assertEquals(this.said.at(-1)?.requestId, 0xdead);
  }

  /** Ends it, and fails unless its tables are empty. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.wire.close();
    // The handle may have been split.
    await this.connection.close();
    await this.#wireEnded;
    const stats = this.connection.figures.stats();
    assertEquals(stats.openSentRequests, 0);
    assertEquals(stats.openReceivedRequests, 0);
    assertEquals(stats.queuedBytes, 0);
    assertEquals(stats.inboxMessages, 0);
    assertEquals(this.clock.pending, 0, "alarms that are left");
  }
}
