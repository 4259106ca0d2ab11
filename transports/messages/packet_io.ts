import { type Clock, systemClock } from "../../internal/clock.ts";
import { toRpcError } from "../../internal/errors.ts";
import { RpcError } from "../../protocol/error.ts";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/message.ts";
import { closedHere } from "../channel_errors.ts";
import type { ByteIo } from "../framed/byte_io.ts";
import type { Carrier, PacketReceiver } from "./carrier.ts";
import { Liveness } from "./liveness.ts";
import { costOf, FIRST_WINDOW, LARGEST_WINDOW, type Packet } from "./packet.ts";
import { brokenPackets } from "./packet_error.ts";
import type { ResolvedPacketOptions } from "./packet_options.ts";
import { ReceiveWindow } from "./receive_window.ts";
import { ReceivedBytes } from "./received_bytes.ts";
import { SendWindow } from "./send_window.ts";

/**
 * A byte stream in each direction over a carrier of messages. With no carrier can a
 * receiver pause the sender, so a window limits what a side may send before the other
 * one has taken it. `docs/protocol.md` says what goes over the wire.
 *
 * - Bytes that came before an end or an error are read first.
 * - An end that wasn't announced is an error, since the last bytes may be missing.
 */
export class PacketIo implements ByteIo, PacketReceiver {
  // A carrier copies bytes, unless their buffer is given away.
  readonly keepsBytes = false;
  // Closing goes through the carrier, behind what was sent.
  readonly losesOnClose = false;
  readonly #carrier: Carrier;
  readonly #sending = new SendWindow();
  readonly #receiving: ReceiveWindow;
  readonly #liveness: Liveness;
  readonly #received = new ReceivedBytes();
  #greeted = false;
  /** Why nothing can be sent any more. */
  #unsendable: Error | null = null;
  #endedWrite = false;
  #closed: Promise<void> | null = null;
  #writer: PromiseWithResolvers<void> | null = null;

  /** Takes over a carrier, and tells the other side the window. */
  constructor(
    carrier: Carrier,
    { windowBytes, heartbeat }: ResolvedPacketOptions,
    clock: Clock = systemClock,
  ) {
    this.#carrier = carrier;
    this.#receiving = new ReceiveWindow(windowBytes);
    this.#liveness = new Liveness(clock, heartbeat, {
      send: () => this.#post({ kind: "alive" }),
      onDead: (error) => this.onEnd(error),
    });
    carrier.start(this);
    const { every } = this.#liveness;
    this.#post({ kind: "hello", window: windowBytes, every });
  }

  async receive(decoder: FrameDecoder): Promise<Message[] | null> {
    for (;;) {
      const bytes = this.#received.take();
      if (bytes === null) return null;
      if (bytes !== undefined) {
        const cost = this.#receiving.take(costOf(bytes));
        if (cost > 0) this.#post({ kind: "ack", cost });
        return decoder.push(bytes);
      }
      await this.#received.changed();
    }
  }

  async send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    if (!this.#sending.open) await this.#room();
    const part = bytes.subarray(0, this.#carrier.maxDataLen);
    const { length } = part;
    this.#sendData(part, false);
    return length;
  }

  async give(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (bytes.length <= this.#carrier.maxGivenLen) {
      if (!this.#sending.open) await this.#room();
      return this.#sendData(bytes, true);
    }
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.send(bytes.subarray(sent));
    }
  }

  closeWrite(): Promise<void> {
    if (!this.#endedWrite) {
      this.#endedWrite = true;
      this.#post({ kind: "ended" });
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  abort(): void {
    this.#carrier.abort();
  }

  ref(): void {
    this.#carrier.ref();
    this.#liveness.keepAlive(true);
  }

  unref(): void {
    this.#carrier.unref();
    this.#liveness.keepAlive(false);
  }

  onPacket(packet: Packet): void {
    if (this.#unreadable) return;
    try {
      this.#take(packet);
    } catch (error) {
      this.onEnd(toRpcError(error));
    }
    this.#liveness.onPacket();
  }

  onEnd(error: RpcError): void {
    this.#received.end(error);
    this.#stopSending(error);
    // At once, and not when the error is read, which may be much later: a side that
    // breaks the rules would go on sending.
    this.#carrier.abort();
  }

  /** Whether packets that still come are dropped. */
  get #unreadable(): boolean {
    return this.#closed !== null || this.#received.error !== null;
  }

  #take(packet: Packet): void {
    if (this.#greeted === (packet.kind === "hello")) {
      throw brokenPackets(
        this.#greeted
          ? "sent a second hello"
          : `sent a message of kind ${packet.kind} before its hello`,
      );
    }
    switch (packet.kind) {
      case "hello":
        return this.#greet(packet.window, packet.every);
      case "data":
        return this.#takeData(packet.bytes);
      case "ack":
        this.#sending.acknowledge(packet.cost);
        return this.#wakeWriter();
      case "ended":
        return this.#received.end(null);
      case "closed":
        this.#received.end(null);
        this.#stopSending(closedThere());
    }
  }

  #greet(window: number, every: number): void {
    this.#greeted = true;
    if (window < FIRST_WINDOW || window > LARGEST_WINDOW) {
      throw brokenPackets(
        `offered a window of ${window} bytes; the least is ${FIRST_WINDOW}, the most ${LARGEST_WINDOW}`,
      );
    }
    this.#sending.resize(window);
    this.#liveness.show(every);
    this.#wakeWriter();
  }

  #takeData(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#received.ended) throw brokenPackets("sent data behind its end");
    if (bytes.length === 0) throw brokenPackets("sent an empty data message");
    this.#receiving.add(costOf(bytes));
    this.#received.push(bytes);
  }

  async #room(): Promise<void> {
    while (!this.#sending.open && this.#unsendable === null) {
      this.#writer = Promise.withResolvers();
      await this.#writer.promise;
    }
  }

  #sendData(bytes: Uint8Array<ArrayBuffer>, given: boolean): void {
    if (this.#unsendable !== null) throw this.#unsendable;
    const cost = costOf(bytes);
    this.#carrier.send({ kind: "data", bytes, given });
    this.#sending.add(cost);
    this.#liveness.onSend();
  }

  /** Sends a packet that no write waits for. */
  #post(packet: Packet): void {
    if (this.#unsendable !== null) return;
    try {
      this.#carrier.send(packet);
      this.#liveness.onSend();
    } catch (error) {
      this.onEnd(toRpcError(error));
    }
  }

  #stopSending(error: Error): void {
    this.#unsendable ??= error;
    // Neither side has to give signs of life any more.
    void this.#liveness.stop();
    this.#wakeWriter();
  }

  async #close(): Promise<void> {
    this.#post({ kind: "closed" });
    this.#received.close();
    this.#stopSending(closedHere());
    await this.#carrier.close();
    await this.#liveness.stop();
  }

  #wakeWriter(): void {
    this.#writer?.resolve();
    this.#writer = null;
  }
}

function closedThere(): RpcError {
  return new RpcError(
    "connection-aborted",
    "The other side has closed, and reads no more",
    { fatal: true, side: "remote" },
  );
}
