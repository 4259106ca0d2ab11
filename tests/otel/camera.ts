import { body, defineInterface } from "../../interface/mod.ts";

/** What the programs of the tests of traces talk by. */
export const Camera = defineInterface({
  name: "Camera",
  extensions: true,
  services: {
    record: { id: 1, request: body<number>(), response: body<string>() },
    fail: { id: 2 },
  },
});
