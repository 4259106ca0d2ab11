import { errorText, toRpcError } from "../../internal/errors.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Carrier, PacketReceiver } from "../messages/carrier.ts";
import type { Packet } from "../messages/packet.ts";
import { PacketCodec } from "../messages/packet_codec.ts";
import { brokenPackets } from "../messages/packet_error.ts";
import { extrasOf, listenTo, type Port, type PortWorker } from "./port.ts";

/** A longer piece would take longer until the other side can begin with it. */
const MAX_DATA_LEN = 256 * 1024;

/** Packets over a port: data as buffers of their own, all else as bytes. */
export class PortCarrier implements Carrier {
  readonly maxDataLen = MAX_DATA_LEN;
  // The other side gets the buffer as it is.
  readonly maxGivenLen = Infinity;
  readonly #port: Port;
  readonly #worker: PortWorker | null;
  readonly #codec = new PacketCodec();
  #stops: (() => void)[] = [];

  /**
   * Takes over a port.
   *
   * @param worker The worker at its other end, whose end is that of the connection.
   */
  constructor(port: Port, worker: PortWorker | null) {
    this.#port = port;
    this.#worker = worker;
  }

  start(receiver: PacketReceiver): void {
    const port = this.#port;
    const end = (text: string, cause?: unknown): void =>
      receiver.onEnd(
        new RpcError("connection-aborted", text, {
          fatal: true,
          side: "remote",
          cause,
        }),
      );
    this.#listen(port, "message", (value) => this.#receive(value, receiver));
    this.#listen(
      port,
      "messageerror",
      () => end("A message on the port can't be read in this program"),
    );
    this.#listen(port, "close", () => end("The port was closed"));
    if (this.#worker !== null) {
      this.#listen(this.#worker, "error", (value) => {
        const error = causeOf(value);
        end(`The worker has failed: ${errorText(error)}`, error);
      });
      this.#listen(
        this.#worker,
        "exit",
        (code) => end(`The worker has ended, with exit code ${code}`),
      );
    }
    extrasOf(port).start?.();
  }

  send(packet: Packet): void {
    if (packet.kind !== "data") {
      this.#port.postMessage(this.#codec.encode(packet), []);
      return;
    }
    const { bytes, given } = packet;
    if (given && isWhole(bytes) && this.#transfer(bytes.buffer)) return;
    // Posting the view would copy all of its buffer.
    const { buffer } = bytes.slice();
    this.#port.postMessage(buffer, [buffer]);
  }

  abort(): void {
    this.close();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    // A Worker has none, and the close of a worker's self would end the worker.
    if (isClosable(this.#port)) this.#port.close();
  }

  ref(): void {
    extrasOf(this.#port).ref?.();
  }

  unref(): void {
    extrasOf(this.#port).unref?.();
  }

  #listen(
    target: object,
    type: string,
    listener: (value: unknown) => void,
  ): void {
    this.#stops.push(listenTo(target, type, listener));
  }

  #receive(value: unknown, receiver: PacketReceiver): void {
    let packet: Packet;
    try {
      packet = this.#packetOf(isMessageEvent(value) ? value.data : value);
    } catch (error) {
      return receiver.onEnd(toRpcError(error));
    }
    receiver.onPacket(packet);
  }

  #packetOf(value: unknown): Packet {
    if (value instanceof ArrayBuffer) {
      return { kind: "data", bytes: new Uint8Array(value), given: true };
    }
    if (value instanceof Uint8Array && value.buffer instanceof ArrayBuffer) {
      return this.#codec.decode(value as Uint8Array<ArrayBuffer>);
    }
    throw brokenPackets(
      "sent a message that is none of this library: is the port used for something else, too?",
    );
  }

  /** False if it is a buffer that can't be transferred, such as WebAssembly's memory. */
  #transfer(buffer: ArrayBuffer): boolean {
    try {
      this.#port.postMessage(buffer, [buffer]);
      return true;
    } catch (error) {
      if (buffer.detached) throw error;
      return false;
    }
  }
}

/** Whether a view shows all of its buffer. */
function isWhole(bytes: Uint8Array<ArrayBuffer>): boolean {
  return bytes.length === bytes.buffer.byteLength;
}

function isMessageEvent(value: unknown): value is MessageEvent<unknown> {
  return value instanceof MessageEvent;
}

/** A MessagePort, of the web or of Node. */
function isClosable(port: Port): port is Port & { close(): void } {
  const { start, close } = extrasOf(port);
  return start !== undefined && close !== undefined;
}

/** What the `error` of a worker is about. Marks the event as taken care of. */
function causeOf(value: unknown): unknown {
  if (!(value instanceof Event)) return value;
  // Else Deno ends the program.
  value.preventDefault();
  const { error, message } = value as ErrorEvent;
  return error ?? message;
}
