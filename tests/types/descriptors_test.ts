import type { BodyInput } from "../../mod.ts";
import { accepts, compiles } from "./support.ts";

/** What a body with descriptors looks like. */
interface Descriptor {
  readonly fd: number;
}
interface BodyWithDescriptors {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly fds: Descriptor[];
}

Deno.test("A body whose type has descriptors doesn't compile on a byte stream", () => {
  compiles((body: BodyWithDescriptors) => {
    // @ts-expect-error a byte stream carries no descriptors
    accepts<BodyInput>(body);
  });
});

Deno.test("A body whose type has no descriptors in its list compiles", () => {
  const body = { data: "text", fds: [] as never[] };
  accepts<BodyInput>(body);
});
