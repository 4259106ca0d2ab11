import { equals } from "@std/bytes";
import { MessageType } from "../../protocol/header.ts";
import { serviceId } from "../../protocol/service_id.ts";
import type { TracedMessage } from "../capture/trace_event.ts";

/** Where what came differs from what came then. */
export interface Difference {
  /** Which message of the answer: 0 is the first. */
  readonly at: number;
  /** What came then; null where nothing more did. */
  readonly expected: TracedMessage | null;
  /** What came now; null where nothing more did. */
  readonly got: TracedMessage | null;
}

/** A request that is sent again: what came for it then, and what comes now. */
export class Exchange {
  /** The service asked for. */
  readonly serviceId: number;
  readonly #expected: TracedMessage[] = [];
  readonly #got: TracedMessage[] = [];

  /** Begins with the request. */
  constructor(serviceId: number) {
    this.serviceId = serviceId;
  }

  /** Takes what came then. */
  expect(message: TracedMessage): void {
    this.#expected.push(message);
  }

  /** Takes what comes now. */
  receive(message: TracedMessage): void {
    this.#got.push(message);
  }

  /** Whether it was answered then. */
  get wasAnswered(): boolean {
    return isResponse(this.#expected.at(-1));
  }

  /** Whether it is answered now. */
  get isAnswered(): boolean {
    return isResponse(this.#got.at(-1));
  }

  /** The first difference; null if there is none. */
  difference(withBodies: boolean): Difference | null {
    const length = Math.max(this.#expected.length, this.#got.length);
    for (let at = 0; at < length; at++) {
      const expected = this.#expected[at] ?? null;
      const got = this.#got[at] ?? null;
      if (isSame(expected, got, withBodies)) continue;
      return { at, expected, got };
    }
    return null;
  }
}

function isResponse(message: TracedMessage | undefined): boolean {
  return message?.header.type === MessageType.Response;
}

function isSame(
  a: TracedMessage | null,
  b: TracedMessage | null,
  withBodies: boolean,
): boolean {
  if (a === null || b === null) return false;
  const isSameKind = a.header.type === b.header.type &&
    kindOf(a) === kindOf(b) && a.descriptors === b.descriptors;
  return isSameKind && (!withBodies || equals(a.data, b.data));
}

/** The id of a response says only whether it is an error. */
function kindOf({ header }: TracedMessage): number | boolean {
  return header.type === MessageType.Response
    ? header.serviceId === serviceId.ERROR
    : header.serviceId;
}
