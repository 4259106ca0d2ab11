import { type Command, InvalidArgumentError } from "commander";
import type { CliIo } from "../cli_io.ts";
import {
  addConnectionOptions,
  type ConnectionOptions,
} from "../connection_options.ts";
import { durationOption, readDuration } from "../duration.ts";
import { CliError, exitCode } from "../exit_code.ts";
import { interfacesOfFile } from "../interface_source.ts";
import { readCount } from "../input/read_count.ts";
import { differenceLine } from "../replay/difference_line.ts";
import { Pace } from "../replay/pace.ts";
import { replay, type ReplaySummary } from "../replay/replay.ts";
import { readCertificates } from "../watch/read_certificates.ts";
import { MessageNames } from "../watch/message_names.ts";
import { connectTransport } from "../watch/open_transport.ts";
import { traceOfFile } from "../watch/trace_of_file.ts";

interface ReplayOptions extends ConnectionOptions {
  readonly interface?: string;
  readonly speed: number;
  readonly bodies: boolean;
  readonly progressTimeout: number;
  readonly port?: number;
}

/** `fizyr replay`: sends what a client sent, and compares what comes. */
export function replayCommand(command: Command, io: CliIo): Command {
  return addConnectionOptions(command)
    .summary("send again what the clients of a capture sent")
    .description(
      "Send again what the clients of a capture sent, and compare what comes with what came then: a JSON line for each request that is answered in another way.",
    )
    .argument("<file>", "a capture of watch --save, or of tcpdump")
    .argument("<address>", "the server, such as tcp://localhost:1337")
    .option("--interface <file>", "a module or Rust source: names and values")
    .option(
      "--speed <factor>",
      "how much faster than then, or max for no waits",
      readSpeed,
      1,
    )
    .option(
      "--no-bodies",
      "compare which messages come, and not what is in them",
    )
    .addOption(
      durationOption(
        "--progress-timeout <time>",
        "how long an answer may let wait; 0 for no limit",
        "10s",
      ).argParser((text) => text === "0" ? 0 : readDuration(text)),
    )
    .option(
      "--port <n>",
      "of a capture only the TCP connections of a port",
      readCount,
    )
    .addHelpText(
      "after",
      `
A message is sent when its time has come, and when all is answered that was answered
before it then. Stream messages and requests of the server aren't compared. Descriptors
aren't in a capture.

Exit codes: 0 answered as then, 1 something differs, 3 no connection, 4 no answer in time

Examples:
  fizyr replay trace.pcapng localhost:1337 --speed 2
  fizyr replay trace.pcapng localhost:1337 --speed max --interface camera.ts | jq .name`,
    )
    .action((file: string, address: string, options: ReplayOptions) =>
      replayFile(file, address, options, io)
    );
}

async function replayFile(
  file: string,
  address: string,
  options: ReplayOptions,
  io: CliIo,
): Promise<void> {
  const { maxBody, endian, token, connectTimeout, port } = options;
  const { interface: source } = options;
  const interfaces = source === undefined ? [] : await interfacesOfFile(source);
  const names = new MessageNames(interfaces);
  const certificates = await readCertificates(options);
  const order = endian === "native" ? undefined : endian;
  try {
    const summary = await replay(
      traceOfFile(file, { maxBody, endian: order, port }),
      {
        pace: new Pace(options.speed, io.signal),
        withBodies: options.bodies,
        timeout: options.progressTimeout,
        signal: io.signal,
        connect: (littleEndian) => {
          const timeout = AbortSignal.timeout(connectTimeout);
          return connectTransport(address, {
            ...{ maxBody, token, ...certificates },
            endian: endian ?? (littleEndian ? "little" : "big"),
          }, AbortSignal.any([io.signal, timeout]));
        },
        onDifference: (connection, difference) =>
          io.out(differenceLine(connection, difference, names)),
        onRemark: (text) => io.err(text),
        onProgress: (summary) => io.progress?.(summaryText(summary)),
      },
    );
    io.err(summaryText(summary));
    if (summary.different === 0 && summary.unsent === 0) return;
  } finally {
    io.progress?.("");
  }
  throw new CliError(exitCode.FAILED);
}

function summaryText({ sent, unsent, same, different }: ReplaySummary): string {
  const words = [
    `${sent} messages sent`,
    ...(unsent === 0 ? [] : [`${unsent} could not be sent`]),
    `${same} requests answered as then`,
    `${different} in another way`,
  ];
  return words.join(", ");
}

function readSpeed(text: string): number {
  const speed = text === "max" ? Infinity : Number(text);
  if (speed > 0) return speed;
  throw new InvalidArgumentError("It is a number above 0, or max");
}
