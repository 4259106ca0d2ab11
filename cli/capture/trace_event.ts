import type { MessageHeader } from "../../protocol/header.ts";

/** A side of a connection: the one that connects, or the one that accepts. */
export type Side = "client" | "server";

/** The side across. */
export function otherSide(side: Side): Side {
  return side === "client" ? "server" : "client";
}

/** A message as it went by. */
export interface TracedMessage {
  /** Its type and ids. */
  readonly header: MessageHeader;
  /** Its body. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** How many descriptors went with it. */
  readonly descriptors: number;
  /** Whether its header was little endian. */
  readonly littleEndian: boolean;
}

/** What happens on a connection that is looked at. */
export type TraceEvent =
  & {
    /** When, in milliseconds since 1970. */
    readonly time: number;
    /** Which connection: they are counted from 1. */
    readonly connection: number;
  }
  & (
    | {
      readonly kind: "message";
      /** Who sent it. */
      readonly from: Side;
      readonly message: TracedMessage;
    }
    | {
      /** A side sends nothing more. */
      readonly kind: "end";
      readonly from: Side;
      /** What is wrong, where it broke off. */
      readonly error: string | null;
    }
    | {
      /** What else is to be said: that a connection begins, that something is missing. */
      readonly kind: "remark";
      readonly text: string;
    }
  );
