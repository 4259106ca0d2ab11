import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import {
  MAX_PAYLOAD_LEN,
  MessageDecoderStream,
  MessageEncoderStream,
} from "../../protocol/mod.ts";

const LIMITS = ["maxBodyLenRead", "maxBodyLenWrite"] as const;

Deno.test("The defaults are those of the native implementation", () => {
  const defaults = {
    maxBodyLenRead: 8192,
    maxBodyLenWrite: 8192,
    littleEndian: true,
  };
  assertEquals(resolveStreamConfig(), defaults);
  assertEquals(resolveStreamConfig({}), defaults);
  const unset = {
    maxBodyLenRead: undefined,
    maxBodyLenWrite: undefined,
    endian: undefined,
  };
  assertEquals(resolveStreamConfig(unset), defaults);
});

Deno.test("Each option is taken for itself", () => {
  const config = resolveStreamConfig({
    maxBodyLenRead: 1,
    maxBodyLenWrite: 2,
    endian: "big",
  });
  assertEquals(config, {
    maxBodyLenRead: 1,
    maxBodyLenWrite: 2,
    littleEndian: false,
  });
});

Deno.test("Limits go from 0 to what a 32-bit length can express", () => {
  for (const name of LIMITS) {
    for (const value of [0, 1, 8192, MAX_PAYLOAD_LEN]) {
      assertEquals(resolveStreamConfig({ [name]: value })[name], value);
    }
  }
});

Deno.test("A limit out of range is a RangeError that names option, limit and value", () => {
  const values: unknown[] = [
    -1,
    MAX_PAYLOAD_LEN + 1,
    2 ** 53,
    0.5,
    NaN,
    Infinity,
    -Infinity,
    null,
    "8192",
    8192n,
  ];
  for (const name of LIMITS) {
    for (const value of values) {
      const config = { [name]: value } as StreamConfig;
      for (
        const make of [
          () => resolveStreamConfig(config),
          () => new MessageDecoderStream(config),
          () => new MessageEncoderStream(config),
        ]
      ) {
        const { message } = assertThrows(make, RangeError, name);
        assert(message.includes(`${MAX_PAYLOAD_LEN}`), message);
        assert(message.endsWith(`got ${value}`), message);
      }
    }
  }
});

Deno.test("A byte order that is none is a TypeError that names option and value", () => {
  for (const value of ["middle", "Little", "", null, 1]) {
    const { message } = assertThrows(
      () => resolveStreamConfig({ endian: value } as StreamConfig),
      TypeError,
      "endian",
    );
    assert(message.endsWith(`got ${JSON.stringify(value)}`), message);
  }
});
