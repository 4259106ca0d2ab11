/** Declaring: what is refused when types can't tell. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  body,
  bytes,
  defineInterface,
  type InterfaceDeclaration,
  type MessageDeclarations,
  peerBody,
  type ServiceDeclarations,
} from "../../../interface/mod.ts";
import { z } from "../support/schemas.ts";

/** Declares what comes from somewhere else, whose ids no type knows. */
function declare(
  services: ServiceDeclarations,
  streams: MessageDeclarations = {},
  name = "Test",
): void {
  const declaration = { name, services, streams };
  defineInterface(
    declaration as InterfaceDeclaration<
      ServiceDeclarations,
      MessageDeclarations
    >,
  );
}

const BAD_IDS = [
  -1,
  2 ** 31,
  -(2 ** 31) - 1,
  -(2 ** 31),
  -(2 ** 31) + 15,
  1.5,
  NaN,
  Infinity,
  "1",
  5n,
  undefined,
];

Deno.test("Ids are integers of 32 bits and not reserved, wherever they stand", () => {
  for (const bad of BAD_IDS) {
    const item = { id: bad as number };
    for (
      const refused of [
        () => declare({ a: item }),
        () => declare({}, { a: item }),
        () => declare({ a: { id: 1, requestUpdates: { b: item } } }),
        () => declare({ a: { id: 1, responseUpdates: { b: item } } }),
      ]
    ) assertThrows(refused, RangeError, bad === -1 ? "reserved" : String(bad));
  }
  for (const id of [0, 2 ** 31 - 1, -(2 ** 31) + 16, -2]) {
    declare({ a: { id } }, { b: { id } });
  }
});

Deno.test("Ids are used once among services, among streams, and in each direction of a service", () => {
  const two = { a: { id: 7 }, b: { id: 7 } };
  for (
    const refused of [
      () => declare(two),
      () => declare({}, two),
      () => declare({ x: { id: 7, requestUpdates: two } }),
      () => declare({ x: { id: 7, responseUpdates: two } }),
    ]
  ) assertThrows(refused, RangeError, "The id 7 is used for two");
  declare({
    x: {
      id: 7,
      requestUpdates: { a: { id: 7 } },
      responseUpdates: { a: { id: 7 } },
    },
    y: { id: 8, requestUpdates: { a: { id: 7 } } },
  }, { z: { id: 7 } });
});

Deno.test("Names are letters, digits and _, and are used once", () => {
  for (const bad of ["", "1a", "a-b", "a b", "_a", "ä", "then", "__proto__x"]) {
    for (
      const refused of [
        () => declare({ [bad]: { id: 1 } }),
        () => declare({}, { [bad]: { id: 1 } }),
        () => declare({ a: { id: 1, requestUpdates: { [bad]: { id: 1 } } } }),
      ]
    ) assertThrows(refused, TypeError, "must be letters, digits and _");
  }
  for (const bad of ["", "A B", "<b>"]) {
    assertThrows(
      () => declare({}, {}, bad),
      TypeError,
      "The name of an interface",
    );
  }
  assertThrows(
    () => declare({ same: { id: 1 } }, { same: { id: 2 } }),
    TypeError,
    "Test has a service and a stream with the name same",
  );
  declare({ constructor: { id: 1 }, toString: { id: 2 }, get_2d: { id: 3 } });
});

Deno.test("Bodies are Standard Schemas", () => {
  for (const bad of [null, "string", {}, 5, String]) {
    for (const key of ["request", "response"]) {
      const item = { id: 1, [key]: bad };
      assertThrows(
        () => declare({ a: item }),
        TypeError,
        `The ${key} of the service of Test, a, must be`,
      );
    }
    assertThrows(
      () => declare({}, { a: { id: 1, body: bad as never } }),
      TypeError,
      "Standard Schema",
    );
  }
  const good = [undefined, body(), bytes, peerBody(), z.string()];
  for (const request of good) declare({ a: { id: 1, request } });
});

Deno.test("An interface may have services only, streams only, or nothing", () => {
  assertEquals(
    defineInterface({ name: "A", services: { a: { id: 1 } } }).name,
    "A",
  );
  assertEquals(
    defineInterface({ name: "B", streams: { a: { id: 1 } } }).definition.streams
      .length,
    1,
  );
  assertEquals(defineInterface({ name: "C" }).definition, {
    name: "C",
    doc: "",
    hidden: false,
    extensions: false,
    format: "JSON",
    services: [],
    streams: [],
    errors: [],
  });
});

Deno.test("Members that there aren't are refused at every level, by name", () => {
  const a = { id: 1 };
  const wrong: readonly (readonly [string, object])[] = [
    ["reponse", { services: { a: { ...a, reponse: body() } } }],
    ["body", { services: { a: { ...a, body: body() } } }],
    ["bdy", {
      services: { a: { ...a, requestUpdates: { a: { ...a, bdy: 1 } } } },
    }],
    ["bdy", {
      services: { a: { ...a, responseUpdates: { a: { ...a, bdy: 1 } } } },
    }],
    ["boddy", { streams: { a: { ...a, boddy: body() } } }],
    ["request", { streams: { a: { ...a, request: body() } } }],
    ["service", { service: {} }],
    ["reponse", { services: { a: { ...a, reponse: undefined } } }],
  ];
  for (const [member, declaration] of wrong) {
    const error = assertThrows(
      () => defineInterface({ name: "Test", ...declaration } as never),
      TypeError,
    );
    assert(error.message.includes(`a member "${member}"`), error.message);
  }
});

Deno.test("Items are objects, and a format has its two functions", () => {
  for (
    const wrong of [
      { services: { a: null } },
      { services: { a: 1 } },
      { services: { a: { id: 1, requestUpdates: { b: null } } } },
      { streams: { a: "x" } },
      { services: 1 },
      { streams: null },
      { format: null },
      { format: {} },
      { services: { a: { id: 1, endless: true, requestUpdates: null } } },
      { services: { a: { id: 1, errors: null } } },
      { errors: null },
      { errors: { busy: null } },
      { services: { a: { id: 1, request: null } } },
      { format: { name: "x", encode: () => "" } },
      { format: "json" },
    ]
  ) {
    assertThrows(
      () => defineInterface({ name: "Test", ...wrong } as never),
      TypeError,
      "must",
    );
  }
});

Deno.test("A declaration is an object with a name", () => {
  for (const wrong of [null, undefined, "Test", 5n]) {
    assertThrows(
      () => defineInterface(wrong as never),
      TypeError,
      "The declaration of an interface must be an object, got",
    );
  }
  for (const name of [undefined, null, 5n, Symbol("x"), { toJSON() {} }]) {
    assertThrows(
      () => defineInterface({ name: name as never }),
      TypeError,
      "The name of an interface must be letters, digits and _, got",
    );
  }
});

Deno.test("Members that aren't bodies or items are of their type, at every level", () => {
  const at = (member: object): readonly (readonly [string, object])[] => [
    ["interface Test", member],
    ["service of Test, a,", { services: { a: { id: 1, ...member } } }],
    [
      "request update of a, b,",
      {
        services: { a: { id: 1, requestUpdates: { b: { id: 1, ...member } } } },
      },
    ],
    [
      "response update of a, b,",
      {
        services: {
          a: { id: 1, responseUpdates: { b: { id: 1, ...member } } },
        },
      },
    ],
    ["stream of Test, a,", { streams: { a: { id: 1, ...member } } }],
    ["error of Test, busy,", { errors: { busy: member } }],
    [
      "error of Test.a, busy,",
      { services: { a: { id: 1, errors: { busy: member } } } },
    ],
  ];
  const wrong:
    readonly (readonly [string, readonly (readonly [string, object])[]])[] = [
      ...[5, null, {}, String].map((doc) =>
        [`The doc of the`, at({ doc })] as const
      ),
      ...["yes", 1, null].map((hidden) =>
        [`The hidden of the`, at({ hidden })] as const
      ),
      ["The extensions of the", at({ extensions: "yes" }).slice(0, 1)],
      ["The endless of the", at({ endless: 1 }).slice(1, 2)],
      ["The cancels of the", at({ cancels: "yes" }).slice(2, 3)],
    ];
  for (const [what, places] of wrong) {
    for (const [place, declaration] of places) {
      assertThrows(
        () => defineInterface({ name: "Test", ...declaration } as never),
        TypeError,
        `${what} ${place} must be`,
      );
    }
  }
  for (const [, right] of at({ doc: "Says it.", hidden: true })) {
    defineInterface({ name: "Test", ...right } as never);
  }
  for (const [, right] of at({ doc: undefined, hidden: undefined })) {
    defineInterface({ name: "Test", ...right } as never);
  }
});

Deno.test("Handlers are an object", () => {
  const Test = defineInterface({ name: "Test" });
  for (const wrong of [null, undefined, "handlers"]) {
    assertThrows(
      () => Test.implement(wrong as never),
      TypeError,
      "The handlers of Test must be an object, got",
    );
  }
});
