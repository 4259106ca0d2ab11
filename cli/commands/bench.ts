import type { Command } from "commander";
import type { CliIo } from "../cli_io.ts";
import {
  addConnectionOptions,
  type ConnectionOptions,
  connectTo,
} from "../connection_options.ts";
import { CliError, exitCode, usageError } from "../exit_code.ts";
import { readCount } from "../input/read_count.ts";
import { readId } from "../input/read_id.ts";
import { addSourceOptions } from "../interface_source.ts";
import { jsonLine } from "../json_line.ts";
import { benchCall, type BenchOptions } from "../measure/bench_call.ts";
import { measureCalls } from "../measure/measure_calls.ts";
import { bodyBytes } from "../request_body.ts";

interface BenchCommandOptions extends ConnectionOptions, BenchOptions {
  readonly inFlight: number;
  readonly seconds: number;
  readonly count?: number;
  readonly data?: string;
}

/** `fizyr bench`: how many calls a server answers, and how fast. */
export function benchCommand(command: Command, io: CliIo): Command {
  return addSourceOptions(addConnectionOptions(command))
    .summary("measure calls: rate, percentiles, a histogram")
    .description(
      "Make calls of a service, or pings of the library, so many at a time: a JSON line with rate and percentiles, and a histogram on stderr. Times are milliseconds.",
    )
    .argument("<address>", "the server, such as tcp://localhost:1337")
    .argument(
      "[name]",
      "the service, such as Camera.name; the body, if --raw is given",
    )
    .argument(
      "[body]",
      "the body as JSON; made of the schema, if it is missing",
    )
    .option("--raw <id>", "a service id: bodies are bytes then", readId)
    .option("--data <source>", "the body: @FILE, or - for stdin")
    .option(
      "--in-flight <n>",
      "how many calls are open at a time",
      readCount,
      64,
    )
    .option("--size <bytes>", "how long a body of bytes is", readCount, 32)
    .option("--seconds <n>", "how long calls are begun", readCount, 5)
    .option("--count <n>", "end after so many calls", readCount)
    .addHelpText(
      "after",
      `
The service really runs: measure what may run that often. Error responses are counted
by reason. Pings, which are what is measured without a name, have at most 64 bytes and
need a server of this library.

Examples:
  fizyr bench localhost:1337
  fizyr bench localhost:1337 Camera.name --in-flight 1 --seconds 10
  fizyr bench unix:/run/cell.sock --raw 1 --size 4096 2>/dev/null | jq .rate`,
    )
    .action(
      async (
        address: string,
        given: string | undefined,
        argument: string | undefined,
        options: BenchCommandOptions,
      ) => {
        const { inFlight, seconds, count = Infinity, raw, data } = options;
        if (raw !== undefined && argument !== undefined) {
          throw usageError("--raw stands in the place of the name");
        }
        const body = await bodyBytes(
          { argument: raw === undefined ? argument : given, data },
          io,
        );
        await using peer = await connectTo(address, options, io);
        const { name, call } = await benchCall(
          peer,
          { name: given, body },
          options,
          io,
        );
        const result = await measureCalls(call, {
          ...{ inFlight, count, time: seconds * 1000, signal: io.signal },
          onProgress: (calls, passed) =>
            io.progress?.(
              `${name}: ${calls} calls in ${passed.toFixed(1)} of ${seconds} s`,
            ),
        });
        const { calls, errors, latencies } = result;
        for (const line of latencies.lines()) io.err(line);
        io.out(jsonLine({
          ...{ name, inFlight, calls, errors },
          seconds: Number(result.seconds.toFixed(3)),
          rate: Math.round(calls / result.seconds),
          ...latencies.percentiles,
        }));
        const failed = Object.values(errors).reduce((sum, n) => sum + n, 0);
        if (failed < calls) return;
        throw new CliError(exitCode.FAILED, "All calls have failed");
      },
    );
}
