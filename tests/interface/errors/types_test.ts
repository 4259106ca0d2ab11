import { defineInterface, type HandlersOf } from "../../../interface/mod.ts";
import type { ClientOf } from "../../../interface/mod.ts";
import { compiles, type Equal, holds } from "../../types/support.ts";
import { z } from "../support/schemas.ts";
import { Camera } from "./support.ts";

Deno.test("Classes of errors take what is sent, and instances have what arrives", () => {
  compiles((error: unknown, camera: ClientOf<typeof Camera>) => {
    new Camera.errors.busy({ until: 1 });
    new Camera.errors.busy({ until: 1 }, "later");
    new Camera.errors.gone();
    new Camera.errors.gone("unplugged");
    // @ts-expect-error it has a body
    new Camera.errors.busy();
    // @ts-expect-error until is a number
    new Camera.errors.busy({ until: "noon" });
    // @ts-expect-error it has no body
    new Camera.errors.gone({ until: 1 });
    // @ts-expect-error there is no such error
    Camera.errors.record.busy;
    // @ts-expect-error the service has no errors
    Camera.errors.name;
    if (error instanceof Camera.errors.busy) {
      holds<Equal<typeof error.data, { until: number }>>();
      holds<Equal<typeof error.reason, "busy">>();
    }
    if (error instanceof Camera.errors.record.warm) {
      holds<Equal<typeof error.data, number>>();
      holds<Equal<typeof error.reason, "warm">>();
    }
    if (error instanceof Camera.errors.gone) {
      holds<Equal<typeof error.data, undefined>>();
    }
    const sent = new Camera.errors.record.warm("51.5");
    holds<Equal<typeof sent.data, string>>();
    // @ts-expect-error what is sent is a string
    new Camera.errors.record.warm(51.5);
    holds<Equal<Awaited<ReturnType<typeof camera.name>>, string>>();
    holds<
      Equal<keyof HandlersOf<typeof Camera>, "name" | "record">
    >();
  });
});

Deno.test("Errors that can't be don't compile", () => {
  const services = {
    busy: { id: 1, errors: { dark: {} } },
    free: { id: 2 },
  } as const;
  compiles(() => {
    defineInterface({
      name: "Good",
      services,
      errors: { free: {}, other: {} },
    });
    defineInterface({
      name: "Bad",
      services,
      errors: {
        // @ts-expect-error a service with errors has this name
        busy: {},
        // @ts-expect-error a service has an error of this name
        dark: {},
        // @ts-expect-error that is a reason
        canceled: {},
      },
    });
    defineInterface({
      name: "Bad",
      // @ts-expect-error an error has no id
      errors: { numbered: { id: 1 } },
    });
    defineInterface({
      name: "Bad",
      // @ts-expect-error that is no schema
      errors: { odd: { body: 5 } },
    });
    defineInterface({
      name: "Bad",
      services: {
        // @ts-expect-error that is a reason
        a: { id: 1, errors: { failed: {} } },
      },
    });
    defineInterface({
      name: "Bad",
      services: {
        // @ts-expect-error there is no such member
        b: { id: 2, errors: { dark: { wrong: 1 } } },
      },
    });
  });
});

Deno.test("An update that cancels is one without a body", () => {
  compiles(() => {
    defineInterface({
      name: "Good",
      services: {
        a: {
          id: 1,
          requestUpdates: {
            stop: { id: 1, cancels: true },
            speed: { id: 2, cancels: false, body: z.number() },
          },
        },
      },
    });
    defineInterface({
      name: "Bad",
      services: {
        a: {
          id: 1,
          requestUpdates: {
            // @ts-expect-error it has a body
            stop: { id: 1, cancels: true, body: z.number() },
          },
          // @ts-expect-error a response doesn't cancel
          responseUpdates: { stop: { id: 1, cancels: true } },
        },
        b: {
          id: 2,
          requestUpdates: {
            // @ts-expect-error there are two
            stop: { id: 1, cancels: true },
            // @ts-expect-error there are two
            halt: { id: 2, cancels: true },
          },
        },
      },
    });
  });
});
