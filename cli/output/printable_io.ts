import type { CliIo } from "../cli_io.ts";
import { printable } from "./printable.ts";

/**
 * What is said goes through here, as much of it is text of the other side: its errors,
 * its name and the names of its services. What goes to stdout is escaped where it is
 * made, as it has more than one line, or colors.
 */
export function printableIo(io: CliIo): CliIo {
  return {
    out: (line) => io.out(line),
    ...(io.write !== undefined && { write: (text) => io.write!(text) }),
    err: (line) => io.err(printable(line)),
    stdin: () => io.stdin(),
    signal: io.signal,
    progress: io.progress ? (text) => io.progress!(printable(text)) : null,
    terminal: io.terminal ?? null,
  };
}
