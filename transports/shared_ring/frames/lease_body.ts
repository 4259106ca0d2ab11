import {
  type BodyInput,
  isLent,
  lentMemory,
  sharedBytes,
} from "../../../protocol/body.ts";
import { Lending } from "../../shared_memory/lending.ts";
import { toUnixBody, UnixBody } from "../../unix_seqpacket/unix_body.ts";

/** The shortest lease that goes as a reference: what is shorter is copied sooner. */
const MIN_LEN = 64 * 1024;

const NOTHING = new Uint8Array(0);

/** The body of a message that goes as a reference. It has no bytes of its own. */
export class LeaseBody extends UnixBody {
  readonly [sharedBytes] = true;
  /** What is sent. */
  readonly lending: Lending;

  /** Wraps a lease. */
  constructor(lending: Lending) {
    super(NOTHING);
    this.lending = lending;
  }
}

/**
 * Turns what the user gave into a body.
 *
 * @throws {TypeError} If it is no body, or a lease that has been released.
 */
export function toRingBody(input: BodyInput<UnixBody>): UnixBody {
  if (!isLent(input)) return toUnixBody(input);
  const lending = input[lentMemory];
  return lending instanceof Lending && lending.size >= MIN_LEN
    ? new LeaseBody(lending)
    : toUnixBody(input);
}
