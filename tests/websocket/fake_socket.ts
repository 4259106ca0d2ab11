import { PACKET_COST } from "../../transports/messages/packet.ts";
import {
  CLOSED,
  OPEN,
  type WebSocketLike,
} from "../../transports/websocket/web_socket.ts";

/** A WebSocket that notes what is done with it, and ends when the test says so. */
export class FakeSocket extends EventTarget implements WebSocketLike {
  readonly protocol = "";
  /** What was done with it. */
  readonly done: string[] = [];
  binaryType = "blob";
  readyState: number = OPEN;
  bufferedAmount = 0;

  send(data: Uint8Array): void {
    this.done.push(`send ${data.length}`);
  }

  close(): void {
    this.done.push("close");
  }

  /** The connection is gone. */
  end(): void {
    this.readyState = CLOSED;
    this.dispatchEvent(new CloseEvent("close", { code: 1006 }));
  }

  /** A message comes that counts as so many bytes. */
  receive(cost: number): void {
    const data = new ArrayBuffer(cost - PACKET_COST);
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

/** One of `npm:ws`, which can stop reading, and be ended at once. */
export class FakePausable extends FakeSocket {
  pause(): void {
    this.done.push("pause");
  }

  resume(): void {
    this.done.push("resume");
  }

  terminate(): void {
    this.done.push("terminate");
    this.end();
  }
}
