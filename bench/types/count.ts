/**
 * Counts what each service of an interface makes the compiler do, declared, called and
 * served, beside the same types written by hand: `deno task bench:types`. Counts don't
 * depend on what else the machine does, as the seconds of `bench:interfaces` do.
 *
 * @module
 */
import ts from "typescript";
import { plainSource, typedSource } from "../support/checks/interface_source.ts";

interface Counts {
  readonly types: number;
  readonly instantiations: number;
}

const FEW = 100;
const MANY = 300;

/** As in `deno.json`. Deno's own types make no difference between the two counts. */
const OPTIONS: ts.CompilerOptions = {
  noEmit: true,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: [],
  lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
};

console.log("| for each further service | types | instantiations |");
console.log("|---|--:|--:|");
for (
  const [name, sourceOf] of [
    ["typed", typedSource],
    ["by hand", plainSource],
  ] as const
) {
  const few = count(sourceOf(FEW));
  const many = count(sourceOf(MANY));
  const each = (which: keyof Counts): string =>
    ((many[which] - few[which]) / (MANY - FEW)).toFixed(0);
  console.log(`| ${name} | ${each("types")} | ${each("instantiations")} |`);
}

function count(source: string): Counts {
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  try {
    Deno.writeTextFileSync(file, source.replaceAll("file://", ""));
    const program = ts.createProgram([file], OPTIONS);
    const [wrong] = program.getSemanticDiagnostics(program.getSourceFile(file));
    if (wrong !== undefined) {
      throw new Error(ts.flattenDiagnosticMessageText(wrong.messageText, "\n"));
    }
    return {
      types: program.getTypeCount(),
      instantiations: program.getInstantiationCount(),
    };
  } finally {
    Deno.removeSync(file);
  }
}
