import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { Body } from "../../protocol/body.ts";
import type { CliIo } from "../cli_io.ts";
import {
  addConnectionOptions,
  type ConnectionOptions,
  connectTo,
} from "../connection_options.ts";
import { interfacesOfFile } from "../interface_source.ts";

interface InspectOptions extends ConnectionOptions {
  readonly port: number;
  readonly allowCalls?: boolean;
  readonly bodies?: boolean;
  readonly mask?: readonly string[];
  readonly interface?: string;
}

/** `fizyr inspect`: a web page of a server. */
export function inspectCommand(command: Command, io: CliIo): Command {
  return addConnectionOptions(command)
    .summary("show a server as a web page")
    .description(
      "Serve a web page of a server on loopback: what it does at the moment, and its interfaces with forms to call them.",
    )
    .argument("<address>", "the server, such as tcp://localhost:1337")
    .option("--port <port>", "the port of the page; 0 for any", readPort, 8088)
    .option("--allow-calls", "let the page call services")
    .option("--bodies", "keep the bodies of the page's calls to be shown")
    .option(
      "--mask <names>",
      "members of bodies that are shown as ***, with commas between them",
      (text: string) => text.split(","),
    )
    .option("--interface <file>", "a module or Rust source, in place of asking")
    .addHelpText(
      "after",
      `
The address of the page is the line on stdout. Its token is all that protects the page.
The server shows its figures with stats: true, and its connections with
stats: { listener }. Ctrl-C ends it.

Examples:
  fizyr inspect tcp://localhost:1337
  fizyr inspect localhost:1337 --allow-calls --mask password,token`,
    )
    .action(async (address: string, options: InspectOptions) => {
      // Loaded only here: no other command needs it.
      const { inspect, maskMembers } = await import("../../inspector/mod.ts");
      const { port, allowCalls, bodies, mask = [] } = options;
      const interfaces = options.interface === undefined
        ? undefined
        : await interfacesOfFile(options.interface);
      // A wrong address is told at once.
      let first: PeerHandle<Body, unknown> | null = await connectTo(
        address,
        options,
        io,
      );
      const connect = (): Promise<PeerHandle<Body, unknown>> => {
        const peer = first;
        first = null;
        return peer === null
          ? connectTo(address, options, io)
          : Promise.resolve(peer);
      };
      const ended = Promise.withResolvers<void>();
      io.signal.addEventListener("abort", () => ended.resolve());
      try {
        await using page = await inspect(address, connect, {
          ...{ port, allowCalls, bodies, interfaces },
          mask: maskMembers(...mask),
        });
        io.out(page.url);
        if (!io.signal.aborted) await ended.promise;
      } finally {
        await first?.close();
      }
      throw io.signal.reason;
    });
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new InvalidArgumentError("It is a port, from 0 to 65535");
}
