import { FIRST_WINDOW, LARGEST_WINDOW, MAX_U31 } from "./packet.ts";

/** When the other side is taken for gone, over a carrier that doesn't tell its end. */
export interface CarrierHeartbeat {
  /**
   * The other side is to send something at least twice in so many milliseconds. At
   * least 10.
   */
  readonly interval: number;
  /** If nothing comes for so many milliseconds more, the connection ends. At least 10. */
  readonly timeout: number;
}

/** The options of a byte stream over messages. */
export interface PacketOptions {
  /**
   * How many bytes the other side may send before this side has read them, and one
   * message more. A message counts 64 bytes besides its own. From 64 KiB to 16 MiB.
   * Default: 1 MiB.
   */
  windowBytes?: number | undefined;
}

/** {@linkcode PacketOptions} that were checked, and the heartbeat. */
export interface ResolvedPacketOptions {
  /** The window that the other side gets. */
  readonly windowBytes: number;
  /** When the other side is taken for gone; null: never. */
  readonly heartbeat: ResolvedHeartbeat | null;
}

/** A {@linkcode CarrierHeartbeat} that was checked. */
export interface ResolvedHeartbeat extends CarrierHeartbeat {
  /** The name of the option that has set it, for errors. */
  readonly option: string;
}

const DEFAULT_WINDOW = 1024 * 1024;

/** A busy event loop would exceed shorter times. */
const TIMES: Range = [10, MAX_U31];

type Range = readonly [least: number, most: number];

/**
 * Checks options and fills in the default.
 *
 * @param option The name of the option that the heartbeat is from.
 * @throws {RangeError} If one is out of its range.
 */
export function resolvePacketOptions(
  { windowBytes = DEFAULT_WINDOW }: PacketOptions,
  heartbeat: CarrierHeartbeat | null = null,
  option = "heartbeat",
): ResolvedPacketOptions {
  checkRange(
    "windowBytes",
    windowBytes,
    [FIRST_WINDOW, LARGEST_WINDOW],
    "bytes",
  );
  if (!Number.isInteger(windowBytes)) {
    throw new RangeError(`windowBytes must be an integer, got ${windowBytes}`);
  }
  if (heartbeat === null) return { windowBytes, heartbeat };
  const { interval, timeout } = heartbeat;
  checkRange(`${option}.interval`, interval, TIMES, "milliseconds");
  checkRange(`${option}.timeout`, timeout, TIMES, "milliseconds");
  return { windowBytes, heartbeat: { interval, timeout, option } };
}

function checkRange(
  name: string,
  value: number,
  [least, most]: Range,
  unit: string,
): void {
  if (typeof value === "number" && value >= least && value <= most) return;
  throw new RangeError(
    `${name} must be a number of ${unit} from ${least} to ${most}, got ${value}`,
  );
}
