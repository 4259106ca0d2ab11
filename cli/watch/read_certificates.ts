import type { ConnectionOptions } from "../connection_options.ts";
import { certificateConfig } from "../input/certificates.ts";
import { readText } from "../input/read_input.ts";

/** What TLS needs, read from the files that the options name. */
export interface Certificates {
  /** What is trusted. */
  readonly caCerts?: string[];
  /** That of this side. */
  readonly cert?: string;
  /** Its key. */
  readonly key?: string;
}

/**
 * Reads the files of certificates that the options name.
 *
 * @throws {CliError} If one can't be read.
 */
export async function readCertificates(
  options: ConnectionOptions,
): Promise<Certificates> {
  const { ca } = options;
  return {
    ...await certificateConfig(options),
    ...(ca !== undefined && { caCerts: [await readText(ca)] }),
  };
}
