import type { Command } from "commander";
import type { CliIo } from "../cli_io.ts";
import {
  addConnectionOptions,
  type ConnectionOptions,
  connectTo,
} from "../connection_options.ts";
import { usageError } from "../exit_code.ts";
import { addSourceOptions, type SourceOptions } from "../interface_source.ts";
import { jsonLine } from "../json_line.ts";
import { readCount } from "../input/read_count.ts";
import { readId } from "../input/read_id.ts";
import { readLines } from "../input/read_lines.ts";
import { bodyBytes } from "../request_body.ts";
import {
  namedStream,
  type OpenStream,
  rawReceiver,
  rawSender,
} from "../open_stream.ts";

interface StreamOptions extends ConnectionOptions, SourceOptions {
  readonly raw?: number;
  readonly receive?: boolean;
  readonly data?: string;
  readonly count?: number;
}

/** `fizyr stream`: sends messages of a stream, or receives them. */
export function streamCommand(command: Command, io: CliIo): Command {
  return addSourceOptions(addConnectionOptions(command))
    .summary("send messages of a stream, or receive them")
    .description(
      "Send messages of a stream: the body, or each line of stdin. A stream of the server is received instead, a JSON line for each message, until Ctrl-C.",
    )
    .argument("<address>", "the server, such as tcp://localhost:1337")
    .argument(
      "[name]",
      "the stream, such as Robot.joints; the body, if --raw is given",
    )
    .argument("[body]", "the body of one message as JSON")
    .option("--raw <id>", "a stream id: bodies are bytes then", readId)
    .option("--receive", "with --raw: receive what has that id")
    .option("--data <source>", "the body of one message: @FILE, or - for stdin")
    .option("--count <n>", "end after so many messages", readCount)
    .addHelpText(
      "after",
      `
Without a body, each line of stdin is a message: JSON, or the text of a body of bytes.
Nothing answers a message: that it was sent doesn't say that it was understood.

Examples:
  fizyr stream localhost:1337 Robot.joints '[0.5,1]'
  fizyr stream localhost:1337 Robot.joints < joints.jsonl
  fizyr stream localhost:1337 Camera.temperature --count 10`,
    )
    .action(
      async (
        address: string,
        name: string | undefined,
        argument: string | undefined,
        options: StreamOptions,
      ) => {
        const { raw, receive = false, data, count = Infinity } = options;
        if (raw === undefined && receive) {
          throw usageError("--receive goes with --raw");
        }
        if (raw === undefined && name === undefined) {
          throw usageError("The name of a stream is missing");
        }
        if (raw !== undefined && argument !== undefined) {
          throw usageError("--raw stands in the place of the name");
        }
        const body = await bodyBytes(
          { argument: raw === undefined ? argument : name, data },
          io,
        );
        await using peer = await connectTo(address, options, io);
        const stream: OpenStream = raw === undefined
          ? await namedStream(peer, name!, options, io)
          : receive
          ? rawReceiver(peer, raw, io)
          : rawSender(peer, raw, io);
        if (stream.messages !== null) {
          if (body !== null) throw usageError(`${stream.name} is received`);
          await receiveAll(stream.messages, count, io);
          return;
        }
        if (body !== null || stream.isNothing) await stream.send(body);
        else await sendLines(stream, count, io);
      },
    );
}

async function receiveAll(
  messages: AsyncIterable<unknown>,
  count: number,
  { out }: CliIo,
): Promise<void> {
  let received = 0;
  for await (const message of messages) {
    out(jsonLine(message ?? null));
    if (++received >= count) return;
  }
}

async function sendLines(
  { name, send }: OpenStream,
  count: number,
  io: CliIo,
): Promise<void> {
  let sent = 0;
  let number = 0;
  for await (const line of readLines(io.stdin())) {
    io.signal.throwIfAborted();
    number++;
    if (line.trim() === "") continue;
    await send(new TextEncoder().encode(line), `line ${number}`);
    sent++;
    io.progress?.(`${name}: ${sent} sent`);
    if (sent >= count) break;
  }
  io.err(`${name}: ${sent} sent`);
}
