/** Names of Unix sockets, as the system has them. */
import { assertEquals } from "@std/assert";
import {
  decodeSockaddrUn,
  encodeSockaddrUn,
} from "../../transports/unix/socket_path.ts";
import { AF_UNIX } from "../../transports/libc/constants.ts";

const AF_INET = 2;

/** An address as the system fills it in, in a buffer that is longer. */
function filled(...bytes: number[]): Uint8Array {
  const address = new Uint8Array(110);
  address.set(bytes);
  return address;
}

Deno.test("a socket without a name has an empty one", () => {
  assertEquals(decodeSockaddrUn(filled(AF_UNIX, 0), 2), new Uint8Array(0));
});

Deno.test("names come back as they were", () => {
  for (const name of ["a", "/tmp/socket", "\0a", "\0", "\0a\0"]) {
    const address = encodeSockaddrUn(name);
    assertEquals(
      decodeSockaddrUn(filled(...address), address.length),
      new TextEncoder().encode(name),
    );
  }
});

Deno.test("what is no address of a Unix socket has no name", () => {
  assertEquals(decodeSockaddrUn(filled(AF_INET, 0, 1), 16), null);
  assertEquals(decodeSockaddrUn(filled(AF_UNIX, 1, 1), 16), null);
  assertEquals(decodeSockaddrUn(filled(AF_UNIX), 1), null);
  // The system says how long it is, although it had no room for all.
  assertEquals(decodeSockaddrUn(filled(AF_UNIX, 0, 1), 111), null);
});
