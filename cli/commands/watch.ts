import { type Command, Option } from "commander";
import type { InterfaceDefinition } from "../../interface/declare/definition.ts";
import { errorText } from "../../internal/errors.ts";
import type { CliIo } from "../cli_io.ts";
import {
  addConnectionOptions,
  type ConnectionOptions,
  connectTo,
} from "../connection_options.ts";
import { durationOption } from "../duration.ts";
import { CliError, exitCode, usageError } from "../exit_code.ts";
import { interfacesOf, interfacesOfFile } from "../interface_source.ts";
import { Display } from "../watch/display.ts";
import { messageJson, messageText } from "../watch/message_line.ts";
import { MessageNames } from "../watch/message_names.ts";
import { nameFilter } from "../watch/name_filter.ts";
import { addressText, listenTransport } from "../watch/open_transport.ts";
import { proxy } from "../watch/proxy.ts";
import { traceOfFile } from "../watch/trace_of_file.ts";
import { readCertificates } from "../watch/read_certificates.ts";
import { saveFile } from "../watch/save_file.ts";
import { MessageView } from "../watch/shown_message.ts";
import { leftOutJson, leftOutText, Watcher } from "../watch/watcher.ts";
import { readCount } from "../input/read_count.ts";

interface WatchOptions extends ConnectionOptions {
  readonly listen?: string;
  readonly to?: string;
  readonly interface?: string;
  readonly describe?: boolean;
  readonly describeTimeout: number;
  readonly filter: readonly string[];
  readonly save?: string;
  readonly format?: "text" | "json";
  readonly maxShown: number;
  readonly port?: number;
}

/** `fizyr watch`: shows what two programs say to each other. */
export function watchCommand(command: Command, io: CliIo): Command {
  return addConnectionOptions(command)
    .summary("show what a client and a server say to each other")
    .description(
      "Stand between clients and a server, and show each message with its service, its body and the time since its request.",
    )
    .argument("[file]", "a capture, in place of --listen and --to")
    .option("--listen <address>", "where the clients connect to")
    .option("--to <address>", "the server")
    .option("--interface <file>", "a module or Rust source: names and values")
    .option("--describe", "ask the server for its interfaces before")
    .addOption(
      durationOption(
        "--describe-timeout <time>",
        "how long it has for that",
        "2s",
      ),
    )
    .addOption(
      new Option("--filter <pattern>", "only what is called so, as Camera.*")
        .argParser((text, all: readonly string[]) => [...all, text])
        .default([], "all"),
    )
    .option("--save <file>", "write everything to a file, for Wireshark too")
    .addOption(
      new Option(
        "--format <format>",
        "lines for people, or of JSON; by default text on a terminal",
      ).choices(["text", "json"]),
    )
    .option(
      "--max-shown <bytes>",
      "of longer bodies only the length is shown",
      readCount,
      4096,
    )
    .option(
      "--port <n>",
      "of a capture only the TCP connections of a port",
      readCount,
    )
    .addHelpText(
      "after",
      `
The messages go to stdout, connections and remarks to stderr. Without --interface and
--describe, names are ids and values are text or base64. Ctrl-C ends it.

Where stdout is too slow, messages are passed on all the same, and a line says how many
are not shown.

A capture is one of --save, or one of tcpdump's: TCP on loopback, Ethernet and Linux
cooked, in pcap or pcapng.

Examples:
  fizyr watch --listen localhost:1338 --to localhost:1337
  fizyr watch --listen unix:/tmp/w.sock --to unix:/run/cell.sock --interface camera.rs
  fizyr watch --listen localhost:1338 --to localhost:1337 --save trace.pcapng
  fizyr watch trace.pcapng --interface camera.ts --filter 'Camera.*'`,
    )
    .action(async (file: string | undefined, options: WatchOptions) => {
      const { listen, to } = options;
      if (file !== undefined) {
        if (listen !== undefined || to !== undefined) {
          throw usageError("A capture takes the place of --listen and --to");
        }
        return await watchFile(file, options, io);
      }
      if (listen === undefined || to === undefined) {
        throw usageError("watch takes --listen and --to, or a capture");
      }
      await watchLive({ ...options, listen, to }, io);
    });
}

async function watchFile(
  file: string,
  options: WatchOptions,
  io: CliIo,
): Promise<void> {
  if (options.save !== undefined || options.describe) {
    throw usageError("--save and --describe don't go with a capture");
  }
  const names = new MessageNames(await interfacesFor(options, io));
  const watcher = makeWatcher(names, options, io);
  try {
    for await (const event of traceOfFile(file, options)) {
      io.signal.throwIfAborted();
      watcher.add(event);
      await watcher.room();
    }
  } finally {
    await watcher.finish();
  }
}

async function watchLive(
  options: WatchOptions & { readonly listen: string; readonly to: string },
  io: CliIo,
): Promise<void> {
  const { listen, to, save, maxBody, endian, token, connectTimeout } = options;
  const names = new MessageNames(await interfacesFor(options, io));
  const certificates = await readCertificates(options);
  const transport = { maxBody, endian, token, ...certificates };
  // Where both sides have TLS, it is the certificate that the clients see.
  const listens = /^(tls|wss):/.test(listen);
  const toServer = listens
    ? { ...transport, cert: undefined, key: undefined }
    : transport;
  const acceptor = await listenOn(listen, transport);
  const file = save === undefined ? null : await saveFile(save, to);
  const watcher = makeWatcher(names, options, io);
  io.err(`Listening on ${addressText(listen, acceptor.addr)}, for ${to}`);
  try {
    await proxy(acceptor, {
      ...toServer,
      ...{ to, connectTimeout, signal: io.signal },
      onEvent: (event) => {
        watcher.add(event);
        file?.writer.add(event);
      },
      onError: (error) => io.err(errorText(error)),
    });
  } finally {
    await watcher.finish();
    await file?.close();
  }
  throw io.signal.reason;
}

/** Listens; what fails is told with the address. */
async function listenOn(
  address: string,
  options: Parameters<typeof listenTransport>[1],
) {
  try {
    return await listenTransport(address, options);
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    throw new CliError(
      exitCode.NO_CONNECTION,
      `${address}: ${errorText(error)}`,
    );
  }
}

/** The interfaces that name what goes by; none if none are asked for. */
async function interfacesFor(
  options: WatchOptions,
  io: CliIo,
): Promise<readonly InterfaceDefinition[]> {
  const { interface: file, describe, to } = options;
  if (file !== undefined) {
    const interfaces = await interfacesOfFile(file);
    const names = interfaces.map(({ name }) => name).join(", ");
    io.err(`Interfaces of ${file}: ${names}`);
    return interfaces;
  }
  if (describe && to !== undefined) {
    await using peer = await connectTo(to, options, io);
    return await interfacesOf(
      peer,
      { describeTimeout: options.describeTimeout, hidden: true },
      io,
    );
  }
  io.err(
    "No interface: ids and plain bodies. --interface or --describe names them",
  );
  return [];
}

function makeWatcher(
  names: MessageNames,
  { format, filter, maxShown }: WatchOptions,
  io: CliIo,
): Watcher {
  const isText = (format ?? (io.terminal ? "text" : "json")) === "text";
  const colors = io.terminal?.colors ?? false;
  return new Watcher({
    view: new MessageView(names, maxShown),
    isShown: nameFilter(filter),
    format: isText ? messageText(colors) : messageJson,
    display: new Display(io, isText ? leftOutText : leftOutJson),
  }, io);
}
