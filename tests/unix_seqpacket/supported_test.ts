/** Which systems have what this transport needs. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { connect, listen, UnixSeqpacketTransport } from "../../mod.ts";
import { supported } from "../../transports/libc/libc.ts";

for (const arch of ["x86_64", "aarch64"]) {
  Deno.test(`Linux on ${arch} is supported`, () => {
    assertEquals(supported({ os: "linux", arch }), true);
  });
}

for (
  const [os, arch] of [
    ["darwin", "aarch64"],
    ["darwin", "x86_64"],
    ["windows", "x86_64"],
    ["windows", "aarch64"],
    ["freebsd", "x86_64"],
    ["android", "aarch64"],
    ["linux", "riscv64gc"],
    ["linux", "s390x"],
    ["", ""],
  ] as const
) {
  Deno.test(`"${os}" on "${arch}" is not supported`, () => {
    assertEquals(supported({ os, arch }), false);
  });
}

Deno.test("Without a system it is this one that counts", () => {
  assertEquals(supported(), supported(Deno.build));
});

/** Makes this system another one, until disposed. */
function pretend(os: string, arch: string): Disposable {
  const { build } = Deno;
  const set = (value: unknown): void => {
    Object.defineProperty(Deno, "build", { ...DESCRIPTOR, value });
  };
  set({ ...build, os, arch });
  return { [Symbol.dispose]: () => set(build) };
}

const DESCRIPTOR = Object.getOwnPropertyDescriptor(Deno, "build")!;

for (
  const [os, arch] of [
    ["darwin", "aarch64"],
    ["windows", "x86_64"],
    ["linux", "riscv64gc"],
  ] as const
) {
  Deno.test(`On ${os} on ${arch} it is NotSupported, and names what it needs`, async () => {
    using _system = pretend(os, arch);
    const { NotSupported } = Deno.errors;
    const to = "unix+seqpacket:/tmp/nobody-at-all.sock";
    const text = `needs Linux on x86-64 or arm64, and this is ${os} on ${arch}`;
    await assertRejects(() => connect(to), NotSupported, text);
    assertThrows(() => listen(to), NotSupported, text);
    assertThrows(() => UnixSeqpacketTransport.pair(), NotSupported, text);
    assertThrows(() => UnixSeqpacketTransport.socketPair(), NotSupported, text);
  });
}
