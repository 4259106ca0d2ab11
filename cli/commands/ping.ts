import type { Command } from "commander";
import type { CliIo } from "../cli_io.ts";
import {
  addConnectionOptions,
  type ConnectionOptions,
  connectTo,
} from "../connection_options.ts";
import { durationOption } from "../duration.ts";
import { CliError, exitCode } from "../exit_code.ts";
import { jsonLine } from "../json_line.ts";
import { readCount } from "../input/read_count.ts";

interface PingOptions extends ConnectionOptions {
  readonly count: number;
  readonly timeout: number;
}

/** `fizyr ping`: how long a round trip takes. */
export function pingCommand(command: Command, io: CliIo): Command {
  return addConnectionOptions(command)
    .summary("measure round trips")
    .description(
      "Measure round trips to the library of the other side, one after the other: a JSON line with milliseconds for each, and one for all.",
    )
    .argument("<address>", "the server, such as tcp://localhost:1337")
    .option("--count <n>", "how many", readCount, 10)
    .addOption(
      durationOption("--timeout <time>", "how long each may take", "10s"),
    )
    .addHelpText(
      "after",
      `
A server of the native crate knows no pings: it may answer with an error, end the
connection, or never answer.

Example:
  fizyr ping tcp://localhost:1337 --count 100 | tail -1`,
    )
    .action(async (address: string, options: PingOptions) => {
      const { count, timeout } = options;
      await using peer = await connectTo(address, options, io);
      const times: number[] = [];
      for (let n = 1; n <= count; n++) {
        const time = AbortSignal.timeout(timeout);
        const signal = AbortSignal.any([io.signal, time]);
        const ms = await peer.ping({ signal }).catch((error) => {
          if (error !== time.reason) throw error;
          const text = `No answer within ${timeout / 1000} s`;
          throw new CliError(exitCode.DEADLINE, text);
        });
        times.push(ms);
        io.out(jsonLine({ ping: n, ms: rounded(ms) }));
      }
      io.out(jsonLine(summaryOf(times)));
    });
}

function summaryOf(times: readonly number[]): Record<string, number> {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): number =>
    rounded(sorted[Math.ceil(part * sorted.length) - 1]!);
  return {
    count: sorted.length,
    min: rounded(sorted[0]!),
    median: at(0.5),
    p99: at(0.99),
    max: at(1),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
