import {
  checkPort,
  type HostPort,
  parseHostPort,
} from "../sockets/host_port.ts";

/** Where to connect or listen: `"tls://host:port"`, or an object. */
export type TlsAddress = `tls://${string}:${number}` | {
  readonly transport: "tls";
  readonly hostname?: string;
  readonly port: number;
};

/** The address of a TLS listener; it can be connected to as it is. */
export interface TlsAddr {
  /** The transport. */
  transport: "tls";
  /** The IP address. */
  hostname: string;
  /** The port. */
  port: number;
}

/**
 * Reads an address. A text without `tls://` is host and port.
 *
 * @throws {TypeError} If it has another form.
 * @throws {RangeError} If the port is no integer from 0 to 65535.
 */
export function parseTlsAddress(address: string | TlsAddress): HostPort {
  if (typeof address !== "string") {
    const { hostname, port } = address;
    return {
      port: checkPort(port),
      ...(hostname === undefined ? {} : { hostname }),
    };
  }
  const target = parseHostPort(address.replace(/^tls:\/\//, ""));
  if (target !== null) return target;
  throw new TypeError(
    `A TLS address must look like "tls://host:port", got ${
      JSON.stringify(address)
    }`,
  );
}
