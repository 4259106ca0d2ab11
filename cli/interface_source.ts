import type { Command } from "commander";
import { isInstance } from "../internal/errors.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { Body } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import { importInterfaces, readText } from "./input/read_input.ts";
import type { InterfaceDefinition } from "../interface/declare/definition.ts";
import { describe } from "../interface/introspect/describe.ts";
import { readRust, type RustReading } from "../interface/rust/read_rust.ts";
import { RustSyntaxError } from "../interface/rust/lexer.ts";
import type { CliIo } from "./cli_io.ts";
import { durationOption } from "./duration.ts";
import { CliError, exitCode } from "./exit_code.ts";

/** Where the interfaces of a server come from. */
export interface SourceOptions {
  /** A file with them, in place of asking. */
  readonly interface?: string;
  /** How long the server has to describe itself, in milliseconds. */
  readonly describeTimeout: number;
}

/** Adds the options for that to a command. */
export function addSourceOptions(command: Command): Command {
  return command
    .option("--interface <file>", "a module or Rust source, in place of asking")
    .addOption(
      durationOption(
        "--describe-timeout <time>",
        "how long the server has to describe itself: one of the native crate may never answer",
        "2s",
      ),
    );
}

/** Whether an argument names a file with interfaces, and no address. */
export function isInterfaceFile(argument: string): boolean {
  return /\.(rs|[cm]?[jt]s)$/.test(argument) &&
    !/^(unix(\+\w+)?:|(tcp|tls|wss?|nats):\/\/)/i.test(argument);
}

/**
 * The interfaces of a file: those that a module exports, or that Rust source declares.
 *
 * @throws {CliError} If it has none, or can't be read.
 */
export async function interfacesOfFile(
  file: string,
): Promise<readonly InterfaceDefinition[]> {
  const found = file.endsWith(".rs")
    ? (await rustOfFile(file)).map(({ definition }) => definition)
    : await importInterfaces(file);
  if (found.length > 0) return found;
  throw new CliError(exitCode.FAILED, `No interface in ${file}`);
}

/**
 * The interfaces that Rust source declares.
 *
 * @throws {CliError} If it can't be read.
 */
export async function rustOfFile(file: string): Promise<RustReading[]> {
  try {
    return readRust(await readText(file));
  } catch (error) {
    if (!isInstance(error, RustSyntaxError)) throw error;
    throw new CliError(exitCode.FAILED, `${file}:${error.message}`);
  }
}

/**
 * The interfaces of a server: of a file, if that is given, else those that it says it
 * has. Says which it is.
 *
 * @throws {CliError} If the server doesn't describe itself.
 */
export async function interfacesOf(
  peer: PeerHandle<Body, unknown>,
  { interface: file, describeTimeout, hidden }: SourceOptions & {
    readonly hidden?: boolean;
  },
  io: CliIo,
): Promise<readonly InterfaceDefinition[]> {
  if (file !== undefined) {
    const interfaces = await interfacesOfFile(file);
    io.err(`Interfaces of ${file}: ${namesOf(interfaces)}`);
    return interfaces;
  }
  try {
    const { name, version, interfaces } = await describe(peer, {
      ...{ hidden, signal: io.signal, timeout: describeTimeout },
    });
    const program = [name, version].filter((word) => word).join(" ");
    io.err(
      `Interfaces of the server${program && ` (${program})`}: ${
        namesOf(interfaces)
      }`,
    );
    // What describes itself is a peer of this library, which knows cancels and deadlines.
    return interfaces.map((definition) => ({
      ...definition,
      extensions: true,
    }));
  } catch (error) {
    throw undescribed(error, describeTimeout);
  }
}

function namesOf(interfaces: readonly InterfaceDefinition[]): string {
  return interfaces.map(({ name }) => name).join(", ") || "none";
}

/** Says what to do where a server doesn't describe itself. */
function undescribed(error: unknown, timeout: number): unknown {
  if (!isInstance(error, RpcError) || error.fatal) return error;
  const advice =
    "Give its interface with --interface FILE.ts or FILE.rs, or an id with --raw";
  if (error.code === "deadline-exceeded") {
    return new CliError(
      exitCode.DEADLINE,
      `The server hasn't described itself within ${
        timeout / 1000
      } s: one of the native crate can't`,
      advice,
    );
  }
  if (error.code !== "remote-error") return error;
  return new CliError(
    exitCode.FAILED,
    error.reason === "unknown-service"
      ? error.message
      : `The server doesn't describe itself: ${error.message}`,
    advice,
  );
}
