import type { Command } from "commander";
import { CONNECTION_GROUP, OWN_GROUP } from "./option_groups.ts";
import { readText } from "./read_input.ts";

/** The files of TLS, as they stand on the command line. */
export interface CertificateOptions {
  /** That of this side, as PEM. */
  readonly cert?: string;
  /** The key of that, as PEM. */
  readonly key?: string;
}

/** Adds the options of the certificate of this side to a command. */
export function addCertificateOptions(command: Command): Command {
  return command.optionsGroup(CONNECTION_GROUP)
    .option("--cert <file>", "the certificate of this side, as PEM, for TLS")
    .option("--key <file>", "the key of that, as PEM")
    .optionsGroup(OWN_GROUP);
}

/**
 * The options of the library for the certificate of this side.
 *
 * @throws {CliError} If a file can't be read.
 */
export async function certificateConfig(
  { cert, key }: CertificateOptions,
): Promise<{ cert?: string; key?: string }> {
  return {
    ...(cert !== undefined && { cert: await readText(cert) }),
    ...(key !== undefined && { key: await readText(key) }),
  };
}
