/** The layout of C's epoll_event, on both systems. */
import { assertEquals } from "@std/assert";
import { EpollEvents } from "../../transports/reactor/epoll_events.ts";
import {
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLLIN,
  EPOLLOUT,
} from "../../transports/libc/constants.ts";
import { Libc } from "../../transports/libc/libc.ts";
import { testWith } from "../support/permissions.ts";
import { Scene } from "../unix_seqpacket/support/scene.ts";

const MODULE = import.meta.resolve("../../transports/reactor/epoll_events.ts");
const SOCK_SEQPACKET = 5 | 0o2000000;

/** The module as it is on a machine of another kind. */
async function on(arch: string): Promise<typeof EpollEvents> {
  const descriptor = Object.getOwnPropertyDescriptor(Deno, "build")!;
  const value = { ...Deno.build, arch };
  Object.defineProperty(Deno, "build", { ...descriptor, value });
  try {
    return (await import(`${MODULE}?${arch}`)).EpollEvents;
  } finally {
    Object.defineProperty(Deno, "build", descriptor);
  }
}

for (
  const [arch, stride, data] of [
    ["x86_64", 12, 4],
    ["aarch64", 16, 8],
  ] as const
) {
  testWith(
    "read",
    `On ${arch} each takes ${stride} bytes, its data at ${data}`,
    async () => {
      const events = new (await on(arch))(3);
      assertEquals(events.length, 3);
      assertEquals(events.buffer.byteLength, 3 * stride);
      for (let i = 0; i < 3; i++) events.set(i, 0x8000_0001 + i, 100 + i);
      const view = new DataView(events.buffer.buffer);
      for (let i = 0; i < 3; i++) {
        assertEquals(view.getUint32(i * stride, true), 0x8000_0001 + i);
        assertEquals(
          view.getBigUint64(i * stride + data, true),
          BigInt(100 + i),
        );
        assertEquals([events.events(i), events.fd(i)], [
          0x8000_0001 + i,
          100 + i,
        ]);
      }
    },
  );
}

testWith(
  "ffi",
  "The kernel of this machine reads and writes it so",
  () =>
    Scene.run((scene) => {
      using libc = Libc.require("A test");
      const { epoll_create1, epoll_ctl, epoll_wait, close } = libc.symbols;
      const epoll = scene.libc.ok(epoll_create1(EPOLL_CLOEXEC));
      const ends = [0, 1].flatMap(() => scene.libc.socketPair(SOCK_SEQPACKET));
      scene.use({
        [Symbol.dispose]: () => [epoll, ...ends].forEach((fd) => close(fd)),
      });
      const [a, , b] = ends as [number, number, number, number];
      const change = new EpollEvents(1);
      for (const [fd, events] of [[a, EPOLLOUT], [b, EPOLLOUT | EPOLLIN]]) {
        change.set(0, events!, fd!);
        const result = epoll_ctl(epoll, EPOLL_CTL_ADD, fd!, change.buffer);
        assertEquals(result, 0);
      }
      const found = new EpollEvents(4);
      assertEquals(epoll_wait(epoll, found.buffer, found.length, 0), 2);
      const told = [0, 1].map((i) => [found.fd(i), found.events(i)]);
      assertEquals(
        told.sort(([x], [y]) => x! - y!),
        [[a, EPOLLOUT], [b, EPOLLOUT]].sort(([x], [y]) => x! - y!),
      );
    }),
);
