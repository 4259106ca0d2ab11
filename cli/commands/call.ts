import { type Command, InvalidArgumentError } from "commander";
import { writeFile } from "node:fs/promises";
import type { CallOptions, CallScope } from "../call_scope.ts";
import type { CliIo } from "../cli_io.ts";
import { addConnectionOptions, connectTo } from "../connection_options.ts";
import { durationOption, readDuration } from "../duration.ts";
import { usageError } from "../exit_code.ts";
import { repeated } from "../input/repeated.ts";
import { readId } from "../input/read_id.ts";
import { addSourceOptions } from "../interface_source.ts";
import { jsonLine } from "../json_line.ts";
import { openDescriptors } from "../input/open_descriptors.ts";
import { ProgressTimer } from "../progress_timer.ts";
import { bodyBytes } from "../request_body.ts";
import { showReceived } from "../show_received.ts";
import { callRaw } from "./call_raw.ts";
import { callService } from "./call_service.ts";

/** `fizyr call`: calls a service. */
export function callCommand(command: Command, io: CliIo): Command {
  return addSourceOptions(addConnectionOptions(command))
    .summary("call a service")
    .description(
      "Call a service: its updates as JSON lines, then its response as the last line. Bytes are base64.",
    )
    .argument("<address>", "the server, such as tcp://localhost:1337")
    .argument(
      "[name]",
      "the service, such as Camera.record; the body, if --raw is given",
    )
    .argument("[body]", "the body as JSON, or the text of a body of bytes")
    .option("--raw <id>", "a service id: bodies are bytes then", readId)
    .option("--data <source>", "the body: @FILE, or - for stdin")
    .addOption(
      repeated(
        "--fd <path>",
        "a file whose descriptor goes with the body, on unix+seqpacket: and unix+shm:",
      ),
    )
    .option("--out <file>", "write the response there: bytes, or JSON")
    .option("--timeout <time>", "how long the call may take", readDuration)
    .addOption(
      durationOption(
        "--progress-timeout <time>",
        "how long it may go without an update; 0 for no limit",
        "10s",
      ).argParser((text) => text === "0" ? 0 : readDuration(text)),
    )
    .option(
      "--metadata <key=value>",
      "what the handler finds in its metadata; more than one may be given",
      addPair,
    )
    .addOption(
      repeated("--send <name[=json]>", "an update that is sent at once"),
    )
    .option(
      "--extensions",
      "the server is of this library: it is told of a cancel and of the time that is left; known of one that describes itself",
    )
    .addHelpText(
      "after",
      `
Ctrl-C cancels the call. Times are given with ms, s or m behind.

Examples:
  fizyr call tcp://localhost:1337 Camera.record '{"frames":3}'
  fizyr call localhost:1337 Camera.snapshot --out image.raw --timeout 5s
  fizyr call unix:/run/cell.sock getName --interface camera.rs
  fizyr call localhost:1337 --raw 1 'Hello World!'
  fizyr call unix+seqpacket:/run/cell.sock Store.keep --fd image.raw
  fizyr call localhost:1337 Camera.record '{"frames":3}' --send cancel`,
    )
    .action(
      async (
        address: string,
        name: string | undefined,
        argument: string | undefined,
        options: CallOptions,
      ) => {
        const isRaw = options.raw !== undefined;
        if (isRaw && argument !== undefined) {
          throw usageError("--raw stands in the place of the name");
        }
        if (!isRaw && name === undefined) {
          throw usageError("The name of a service is missing");
        }
        const body = await bodyBytes(
          { argument: isRaw ? name : argument, data: options.data },
          io,
        );
        using fds = openDescriptors(address, options.fd);
        await using peer = await connectTo(address, options, io);
        using progress = new ProgressTimer(options.progressTimeout);
        const { timeout, metadata, extensions } = options;
        const scope: CallScope = {
          ...{ options, body, io, fds: fds.list },
          request: {
            ...{ timeout, metadata, extensions },
            signal: AbortSignal.any([io.signal, progress.signal]),
          },
          onUpdate(update, body) {
            progress.restart();
            io.out(jsonLine({ update, body: body ?? null }));
          },
        };
        using _received = showReceived(peer, options.out, io);
        const response = isRaw
          ? await callRaw(peer, scope)
          : await callService(peer, name!, scope);
        await writeResponse(response, options.out, io);
      },
    );
}

async function writeResponse(
  response: unknown,
  file: string | undefined,
  io: CliIo,
): Promise<void> {
  if (file === undefined) return io.out(jsonLine(response ?? null));
  const bytes = response instanceof Uint8Array
    ? response
    : new TextEncoder().encode(`${jsonLine(response ?? null)}\n`);
  await writeFile(file, bytes);
  io.err(`${file}: ${bytes.length} bytes`);
}

function addPair(
  text: string,
  all: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It is KEY=VALUE");
  return { ...all, [text.slice(0, at)]: text.slice(at + 1) };
}
