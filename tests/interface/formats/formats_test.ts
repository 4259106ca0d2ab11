/** Formats: what stands on the wire, and what is refused. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { cbor } from "../../../interface/formats/cbor.ts";
import { msgpack } from "../../../interface/formats/msgpack.ts";
import {
  body,
  bytes,
  defineInterface,
  type Format,
  json,
  raw,
} from "../../../interface/mod.ts";
import { inMemory } from "../../../interface/testing.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { bytesOf, wire } from "./support.ts";

const encoder = new TextEncoder();

const VALUES = {
  null: null,
  true: true,
  text: "Größe",
  integer: 1337,
  negative: -5,
  fraction: 0.1,
  list: [1, [2, []]],
  nested: { a: { b: [{}] } },
};

for (const format of [json, msgpack, cbor]) {
  Deno.test(`${format.name}: values come back as they were`, () => {
    for (const value of [...Object.values(VALUES), VALUES]) {
      assertEquals(format.decode(bytesOf(format, value)), value);
    }
  });

  Deno.test(`${format.name}: what is cut off or has something behind it is refused`, () => {
    const whole = bytesOf(format, VALUES);
    for (let length = 0; length < whole.length; length++) {
      assertThrows(() => format.decode(whole.slice(0, length)));
    }
    assertThrows(() => format.decode(new Uint8Array([...whole, 0x30])));
  });

  Deno.test(`${format.name}: no body makes an object another prototype`, () => {
    // Built by hand: no object literal has such a property.
    const evil = JSON.parse('{"__proto__":{"admin":true}}');
    let data: Uint8Array<ArrayBuffer>;
    let value: { admin?: boolean };
    try {
      data = bytesOf(format, evil);
      value = format.decode(data) as typeof value;
    } catch (error) {
      assert(error instanceof TypeError, String(error));
      return;
    }
    assertEquals(value.admin, undefined);
    assertEquals(Object.getPrototypeOf(value), Object.prototype);
  });

  conformance(
    `${format.name}: an interface in it works, bytes beside it`,
    async (scene) => {
      const Store = defineInterface({
        name: "Store",
        format,
        services: {
          put: {
            id: 1,
            request: body<{ key: string; size: number }>(),
            response: body<string[]>(),
            requestUpdates: { stop: { id: 1 } },
            responseUpdates: { chunk: { id: 1, body: bytes } },
          },
        },
      });
      const [client, server] = await scene.pair();
      Store.serve(server, {
        put: async function* ({ key, size }, request) {
          yield { name: "chunk", body: new Uint8Array(size) };
          for await (const { name } of request.updates()) return [key, name];
          return [];
        },
      });
      const putting = await Store.client(client).put({ key: "ä", size: 4 });
      const updates = putting.updates();
      assertEquals((await updates.next()).value?.body, new Uint8Array(4));
      await putting.send.stop();
      assertEquals((await updates.next()).done, true);
      assertEquals(await putting.response(), ["ä", "stop"]);
    },
  );
}

Deno.test("Nothing is null in a format, and an empty body in raw", () => {
  assertEquals(wire(json, null), encoder.encode("null").toHex());
  assertEquals(wire(msgpack, null), "c0");
  assertEquals(wire(cbor, null), "f6");
  assertEquals(wire(raw, null), "");
});

Deno.test("Bytes can be part of a value in MessagePack and CBOR", () => {
  const value = { pixels: new Uint8Array([1, 2]) };
  assertEquals(wire(msgpack, value), "81a6706978656c73c4020102");
  assertEquals(wire(cbor, value), "a166706978656c73420102");
  for (const format of [msgpack, cbor]) {
    assertEquals(format.decode(bytesOf(format, value)), value);
  }
});

Deno.test("A format that says that it copies gives no view of the bytes", () => {
  const value = { pixels: new Uint8Array([1, 2]), text: "x" };
  for (const format of [json, cbor]) {
    assert(format.copies);
    const data = bytesOf(format, format === json ? { text: "x" } : value);
    const decoded = format.decode(data);
    data.fill(0);
    assertEquals(decoded, format === json ? { text: "x" } : value);
  }
});

Deno.test("JSON refuses invalid UTF-8 and values without a JSON form", () => {
  assertThrows(
    () => json.decode(new Uint8Array([0x22, 0xff, 0x22])),
    TypeError,
  );
  for (const value of [undefined, () => {}, Symbol(), 1n]) {
    assertThrows(() => json.encode(value), TypeError);
  }
});

Deno.test("CBOR leaves out undefined properties, and refuses tags and keys twice", () => {
  assertEquals(wire(cbor, { a: undefined }), "a0");
  for (const bad of ["c101", "a2616101616102", "ff"]) {
    assertThrows(() => cbor.decode(Uint8Array.fromHex(bad)));
  }
});

Deno.test("A claimed length is no reason to allocate", () => {
  for (const bad of ["ddffffffff", "dfffffffff", "c6ffffffff", "dbffffffff"]) {
    assertThrows(() => msgpack.decode(Uint8Array.fromHex(bad)));
  }
  for (
    const bad of [
      "9b0000000100000000",
      "bb0000000100000000",
      "5b0000000100000000",
    ]
  ) {
    assertThrows(() => cbor.decode(Uint8Array.fromHex(bad)));
  }
});

Deno.test("A list or a map that claims too much is refused before its first item", () => {
  const claims = [
    [cbor, "9affffff00", 0xffffff00],
    [cbor, "baffffff00", 2 * 0xffffff00],
    [msgpack, "ddffffff00", 0xffffff00],
    [msgpack, "dfffffff00", 2 * 0xffffff00],
  ] as const;
  for (const [format, head, missing] of claims) {
    // One of the items is there.
    assertThrows(
      () => format.decode(Uint8Array.fromHex(`${head}0101`)),
      TypeError,
      `It ends too early: at byte 5 of 7, ${missing} more are needed`,
    );
  }
});

Deno.test("A body that is nested too deeply is decode-failed, and the connection lives on", async () => {
  const depth = 100_000;
  const bombs = [
    [json, encoder.encode("[".repeat(depth))],
    [msgpack, new Uint8Array(depth).fill(0x91)],
    [cbor, new Uint8Array(depth).fill(0x81)],
  ] as const;
  for (const [format, bomb] of bombs) {
    const Echo = defineInterface({
      name: "Echo",
      format,
      services: {
        echo: { id: 1, request: body<unknown>(), response: body<unknown>() },
      },
    });
    await using test = inMemory(Echo, { echo: (value) => value }, {
      onError: () => {},
      maxBodyLenRead: depth,
      maxBodyLenWrite: depth,
    });
    await rejectsWith("remote-error", () => test.peer.call(1, bomb));
    assertEquals(await test.client.echo([5]), [5]);
  }
});

Deno.test("Raw bodies go out and arrive as they are", async () => {
  const Pipe = defineInterface({
    name: "Pipe",
    format: raw,
    services: {
      cat: {
        id: 1,
        request: body<string | Uint8Array>(),
        response: body<Uint8Array>(),
      },
      nop: { id: 2 },
    },
  });
  await using test = inMemory(Pipe, {
    cat: (value) => value as Uint8Array,
    nop: () => {},
  }, { onError: () => {} });
  assertEquals(await test.client.cat("hi"), encoder.encode("hi"));
  assertEquals(await test.client.cat(new Uint8Array([0])), new Uint8Array([0]));
  assertEquals(await test.client.nop(), undefined);
  assertEquals((await test.peer.call(2, "")).body.data.length, 0);
  await rejectsWith("remote-error", () => test.peer.call(2, "x"));
  await rejectsWith("encode-failed", () => test.client.cat(5 as never));
});

Deno.test("A client and a server can use another format than the declared one", async () => {
  const Name = defineInterface({
    name: "Name",
    services: { get: { id: 1, response: body<string>() } },
  });
  await using test = inMemory(Name, { get: () => "x" }, { format: msgpack });
  assertEquals(await test.client.get(), "x");
  assertEquals((await test.peer.call(1, "")).body.data.toHex(), "a178");
});

Deno.test("A format of one's own is two functions", async () => {
  const upside: Format = {
    name: "upside down",
    encode: (value) => [...JSON.stringify(value)].reverse().join(""),
    decode: (data) =>
      JSON.parse([...new TextDecoder().decode(data)].reverse().join("")),
  };
  const Name = defineInterface({
    name: "Name",
    format: upside,
    services: {
      get: { id: 1, request: body<number>(), response: body<string>() },
    },
  });
  await using test = inMemory(Name, { get: (count) => "ab".repeat(count) });
  assertEquals(await test.client.get(12), "ab".repeat(12));
  assertEquals((await test.peer.call(1, "21")).text().length, 26);
  assertEquals(Name.definition.format, "upside down");
});
