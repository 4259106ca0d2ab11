import { type Command, InvalidArgumentError, Option } from "commander";
import { connect, type ConnectOptions } from "../endpoints/connect.ts";
import { errorText } from "../internal/errors.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { Body, StreamBody } from "../protocol/body.ts";
import type { CliIo } from "./cli_io.ts";
import { durationOption } from "./duration.ts";
import { CliError, exitCode } from "./exit_code.ts";
import { CONNECTION_GROUP, OWN_GROUP } from "./input/option_groups.ts";
import {
  addCertificateOptions,
  certificateConfig,
  type CertificateOptions,
} from "./input/certificates.ts";
import { readText } from "./input/read_input.ts";

/** The options of all that speaks the protocol. */
export interface WireOptions {
  /** The longest body that is read and sent, in bytes. */
  readonly maxBody?: number | undefined;
  /** The byte order. */
  readonly endian?: "little" | "big" | "native" | undefined;
}

/** The options of all commands that connect. */
export interface ConnectionOptions extends WireOptions, CertificateOptions {
  /** The file of the certificate authority of the server. */
  readonly ca?: string;
  /** How long connecting may take, in milliseconds. */
  readonly connectTimeout: number;
  /** The token of a WebSocket. */
  readonly token?: string;
}

/** Adds them to a command. */
export function addConnectionOptions(command: Command): Command {
  addCertificateOptions(addWireOptions(command));
  return command.optionsGroup(CONNECTION_GROUP)
    .option(
      "--ca <file>",
      "the authority of the server's certificate, as PEM, for tls:// and wss://",
    )
    .addOption(
      durationOption(
        "--connect-timeout <time>",
        "how long connecting may take",
        "10s",
      ),
    )
    .option("--token <text>", "the token of a WebSocket")
    .optionsGroup(OWN_GROUP);
}

/** Adds the options of the protocol to a command. */
export function addWireOptions(command: Command): Command {
  return command.optionsGroup(CONNECTION_GROUP)
    .option(
      "--max-body <bytes>",
      "the longest body that is read and sent; 64 MiB by default, but on unix+seqpacket: and unix+shm: what the library has",
      readBytes,
    )
    .addOption(
      new Option("--endian <order>", "the byte order of the other side")
        .choices(["little", "big", "native"]),
    )
    .optionsGroup(OWN_GROUP);
}

/** What byte streams read: memory is taken as the bytes come. */
const MAX_BODY = 64 * 1024 * 1024;

/**
 * Connects.
 *
 * @throws {CliError} If it can't, or not in time.
 */
export async function connectTo(
  address: string,
  given: ConnectionOptions,
  io: CliIo,
): Promise<PeerHandle<Body, unknown>> {
  const { connectTimeout, ca, token } = given;
  const timeout = AbortSignal.timeout(connectTimeout);
  const options: ConnectOptions = {
    signal: AbortSignal.any([io.signal, timeout]),
    // What comes unasked isn't what the command is about.
    onError: () => {},
    ...wireConfig(address, given),
    ...await certificateConfig(given),
    ...(ca !== undefined && { caCerts: [await readText(ca)] }),
    ...(token !== undefined && { token }),
  };
  try {
    const peer: PeerHandle<StreamBody, unknown> = await connect<string>(
      address,
      options as never,
    ) as never;
    return peer as unknown as PeerHandle<Body, unknown>;
  } catch (error) {
    if (io.signal.aborted) throw io.signal.reason;
    if (timeout.aborted) {
      throw new CliError(
        exitCode.NO_CONNECTION,
        `No connection to ${address} within ${
          connectTimeout / 1000
        } s: --connect-timeout gives it more`,
      );
    }
    // An address that has no known form, or an option that it doesn't take.
    const isUsage = error instanceof TypeError || error instanceof RangeError;
    throw new CliError(
      isUsage ? exitCode.USAGE : exitCode.NO_CONNECTION,
      isUsage ? errorText(error) : `${address}: ${errorText(error)}`,
    );
  }
}

/** The options of the library for those of the protocol. */
export function wireConfig(
  address: string,
  { maxBody, endian }: WireOptions,
): Pick<ConnectOptions, "maxBodyLenRead" | "maxBodyLenWrite" | "endian"> {
  const max = maxBody ?? (address.startsWith("unix+") ? undefined : MAX_BODY);
  return {
    ...(max !== undefined && { maxBodyLenRead: max, maxBodyLenWrite: max }),
    ...(endian !== undefined && { endian }),
  };
}

function readBytes(text: string): number {
  const bytes = Number(text);
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new InvalidArgumentError("It is a number of bytes");
}
