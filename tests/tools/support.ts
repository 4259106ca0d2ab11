import type { SourceFile } from "../../tools/dev/source_tree.ts";

/** The files of a project that isn't on disk, by path, each with its lines. */
export function project(
  files: Record<string, readonly string[]>,
): SourceFile[] {
  return Object.entries(files).map(([path, lines]) => ({
    path,
    text: lines.map((line) => `${line}\n`).join(""),
  }));
}

/** The line that imports a module. */
export function importOf(specifier: string): string {
  return `import { x } from "${specifier}";`;
}
