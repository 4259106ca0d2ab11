import { RpcError } from "../../mod.ts";
import type { CutKind, SideIndex } from "./schedule.ts";

/**
 * What one side has done to the connection:
 *
 * - open: nothing
 * - draining: it takes no new requests, and closes when the open ones are done
 * - closing: it has closed it
 */
type SideState = "open" | "draining" | "closing";

/** What may have ended the connection, as far as both sides and the wire have gone. */
export class ConnectionModel {
  readonly sides: [SideState, SideState] = ["open", "open"];
  /** Which sides take no requests and stream messages any more. */
  readonly deaf: [boolean, boolean] = [false, false];
  /** How the wire was cut. */
  cut: CutKind | null = null;

  /** Whether nothing has ended it, nor can by what has been done so far. */
  get whole(): boolean {
    return this.cut === null && this.sides.every((state) => state === "open");
  }

  /** One side begins to close. */
  close(side: SideIndex): void {
    this.sides[side] = "closing";
  }

  /** One side begins to drain. */
  drain(side: SideIndex): void {
    if (this.sides[side] === "open") this.sides[side] = "draining";
  }

  /** Whether one side may refuse a request in its application's place, as nobody takes it any more. */
  refuses(side: SideIndex): boolean {
    return this.sides[side] !== "open" || this.deaf[side];
  }

  /** Whether an error may be what the connection ended with. */
  allows(error: unknown): boolean {
    if (!(error instanceof RpcError)) return false;
    switch (error.code) {
      case "connection-closed":
        return !this.whole;
      case "connection-aborted":
        return this.cut !== null;
      default:
        return false;
    }
  }
}
