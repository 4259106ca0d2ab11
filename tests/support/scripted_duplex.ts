import type { Message } from "../../protocol/message.ts";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { StreamConfig } from "../../protocol/config.ts";
import type { ByteIo } from "../../transports/framed/byte_io.ts";
import { FramedTransport } from "../../transports/framed/framed_transport.ts";
import {
  type ByteStreams,
  StreamTransport,
} from "../../transports/stream/stream_transport.ts";
import { type PipeScript, ScriptedPipe } from "./scripted_pipe.ts";

/** What a transport of ours and one of the streams have in common. */
export type ScriptedTransport = FramedTransport<null>;

/** One end of two scripted pipes, as the framing takes it: writes may be short. */
class ScriptedIo implements ByteIo {
  readonly keepsBytes = false;
  readonly losesOnClose = false;
  readonly #end: ScriptedEnd;

  constructor(end: ScriptedEnd) {
    this.#end = end;
  }

  async receive(decoder: FrameDecoder): Promise<Message[] | null> {
    const chunk = await this.#end.input.read();
    return chunk === null ? null : decoder.push(chunk);
  }

  send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    return this.#end.output.write(bytes);
  }

  closeWrite(): Promise<void> {
    this.#end.output.endReads();
    return Promise.resolve();
  }

  close(): void {
    this.#end.close();
  }

  ref(): void {}
  unref(): void {}
}

class IoTransport extends FramedTransport<null> {
  constructor(end: ScriptedEnd, config?: StreamConfig) {
    super(new ScriptedIo(end), null, config);
  }
}

/** One end of two scripted pipes. */
export class ScriptedEnd {
  /** What this end reads. */
  readonly input: ScriptedPipe;
  /** What this end writes. */
  readonly output: ScriptedPipe;
  /** How often it was closed. */
  closes = 0;

  /** Reads from one pipe and writes to the other. */
  constructor(input: ScriptedPipe, output: ScriptedPipe) {
    this.input = input;
    this.output = output;
  }

  /** Releases this end: the other one reads an end and can't write any more. */
  close(): void {
    this.closes++;
    const gone = new Deno.errors.BrokenPipe("The other end is closed");
    const here = new Deno.errors.Interrupted("This end is closed");
    this.output.endReads();
    this.output.failWrites(here);
    this.input.failWrites(gone);
    this.input.endReads(here);
    // What reads here must not wait for a test that holds bytes back.
    this.input.pass(Infinity);
  }

  /** A transport that writes straight into the pipe, and meets short writes. */
  ioTransport(config?: StreamConfig): ScriptedTransport {
    return new IoTransport(this, config);
  }

  /** A transport over web streams. */
  streamTransport(config?: StreamConfig): ScriptedTransport {
    return new StreamTransport(this.streams(), config);
  }

  /** This end as a pair of web streams. */
  streams(): ByteStreams {
    const { input, output } = this;
    return {
      readable: new ReadableStream<Uint8Array<ArrayBuffer>>({
        async pull(controller): Promise<void> {
          const chunk = await input.read();
          if (chunk === null) controller.close();
          else controller.enqueue(chunk);
        },
      }, { highWaterMark: 0 }),
      writable: new WritableStream<Uint8Array<ArrayBuffer>>({
        async write(chunk): Promise<void> {
          for (let at = 0; at < chunk.length;) {
            at += await output.write(chunk.subarray(at));
          }
        },
        close: () => output.endReads(),
      }),
      close: () => this.close(),
    };
  }
}

/** Two linked ends; `there` is what the first one writes, `back` what it reads. */
export function scriptedPair(
  there: PipeScript = {},
  back: PipeScript = {},
): [ScriptedEnd, ScriptedEnd] {
  const out = new ScriptedPipe(there);
  const home = new ScriptedPipe(back);
  return [new ScriptedEnd(home, out), new ScriptedEnd(out, home)];
}

/** The two ways a transport is made of an end. */
export const SCRIPTED_KINDS = ["ioTransport", "streamTransport"] as const;

/** A way to make a transport of an end. */
export type ScriptedKind = typeof SCRIPTED_KINDS[number];
