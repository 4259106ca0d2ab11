/** Which programs in the documentation run. */
import { assertEquals } from "@std/assert";
import { documented, programsIn } from "../../tools/dev/documented_programs.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";

const FENCE = "```";

Deno.test("the programs of a page run, but for those that are to be ignored", () => {
  const text = [
    "# Page",
    `${FENCE}ts`,
    "const one = 1;",
    "",
    "void one;",
    FENCE,
    `${FENCE}ts ignore`,
    "ignored();",
    FENCE,
    `${FENCE}sh`,
    "ls",
    FENCE,
    `${FENCE}ts`,
    "two();",
    FENCE,
  ];
  assertEquals(programsIn("page.md", text.join("\n")), [
    { line: 2, code: "const one = 1;\n\nvoid one;\n" },
    { line: 13, code: "two();\n" },
  ]);
});

Deno.test("the programs in comments run without what is in front of their lines", () => {
  const text = [
    "class Camera {",
    "  /**",
    "   * Records.",
    "   *",
    `   * ${FENCE}ts`,
    "   * if (true) {",
    "   *   record();",
    "   *",
    "   * }",
    `   * ${FENCE}`,
    "   */",
    `  text = "${FENCE}ts";`,
    "}",
  ];
  assertEquals(programsIn("camera.ts", text.join("\n")), [
    { line: 5, code: "if (true) {\n  record();\n\n}\n" },
  ]);
});

testWith(
  "all",
  "documents are found in folders, but for those of tests",
  () => {
    using folder = new TempDir();
    const file = (name: string): string => {
      Deno.writeTextFileSync(folder.file(name), "");
      return folder.file(name);
    };
    for (const name of ["docs", "tests", ".git"]) {
      Deno.mkdirSync(folder.file(name));
      file(`${name}/page.md`);
    }
    file("picture.png");
    const module = file("mod.ts");
    const page = folder.file("docs/page.md");
    assertEquals(documented(`${folder.path}/`), [page, module]);
    assertEquals(documented(page), [page]);
  },
);
