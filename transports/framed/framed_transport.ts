import type { StreamBody } from "../../protocol/body.ts";
import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import { fastPath } from "../channel.ts";
import { ChannelTransport } from "../channel_transport.ts";
import type { ByteIo } from "./byte_io.ts";
import { FrameChannel } from "./frame_channel.ts";

/** The method by which a transport gives the bytes under its framing. */
export const byteIo: unique symbol = Symbol("byteIo");

/** What all transports over a byte stream share: framing and its limits. */
export abstract class FramedTransport<I>
  extends ChannelTransport<StreamBody, I> {
  readonly #io: ByteIo;

  /**
   * Frames a duplex of bytes.
   *
   * @internal
   * @throws {RangeError} If a limit of the configuration is out of its range.
   */
  constructor(io: ByteIo, info: I, config?: StreamConfig) {
    super(new FrameChannel(io, resolveStreamConfig(config)), info);
    this.#io = io;
  }

  /** Lets the connection keep the program alive, which is the default. */
  override ref(): void {
    this.#io.ref();
  }

  /** Lets the program end while the connection is open. */
  override unref(): void {
    this.#io.unref();
  }

  /**
   * Gives the bytes without their framing to whoever passes them on as they are.
   *
   * @internal
   * @throws {TypeError} If the transport is in use.
   */
  [byteIo](): ByteIo {
    // From now on nobody else has the connection.
    this[fastPath]();
    return this.#io;
  }
}
