import type { Command } from "commander";
import type { InterfaceDefinition } from "../../interface/declare/definition.ts";
import type { CliIo } from "../cli_io.ts";
import {
  addConnectionOptions,
  type ConnectionOptions,
  connectTo,
} from "../connection_options.ts";
import {
  addSourceOptions,
  interfacesOf,
  type SourceOptions,
} from "../interface_source.ts";
import { jsonLine } from "../json_line.ts";

interface ListOptions extends ConnectionOptions, SourceOptions {
  readonly hidden?: boolean;
}

/** `fizyr list`: what a server offers. */
export function listCommand(command: Command, io: CliIo): Command {
  return addSourceOptions(addConnectionOptions(command))
    .summary("list what a server offers")
    .description(
      "List the services and streams of a server, a JSON line for each.",
    )
    .argument("<address>", "the server, such as tcp://localhost:1337")
    .option("--hidden", "what is hidden too, if the server allows it")
    .addHelpText(
      "after",
      `
Examples:
  fizyr list tcp://localhost:1337
  fizyr list unix:/run/cell.sock --interface camera.rs
  fizyr list localhost:1337 | jq -r .name`,
    )
    .action(async (address: string, options: ListOptions) => {
      await using peer = await connectTo(address, options, io);
      for (const definition of await interfacesOf(peer, options, io)) {
        for (const item of itemsOf(definition)) io.out(jsonLine(item));
      }
    });
}

function itemsOf({ name: owner, services, streams }: InterfaceDefinition) {
  return [
    ...services.map(({ name, id, doc, responseUpdates, requestUpdates }) => ({
      name: `${owner}.${name}`,
      kind: "service",
      id,
      updates: [...responseUpdates, ...requestUpdates].map(({ name }) => name),
      doc,
    })),
    ...streams.map(({ name, id, from, doc }) => ({
      name: `${owner}.${name}`,
      kind: "stream",
      id,
      from,
      doc,
    })),
  ];
}
