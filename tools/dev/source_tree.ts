/** Folders that hold no source of the project. */
const NO_SOURCES = new Set([
  ".git",
  "coverage",
  "node_modules",
  "npm",
  "target",
]);

/** A TypeScript file of the project. */
export interface SourceFile {
  /** Its path from the project's root, such as `peer/peer.ts`. */
  readonly path: string;
  /** What is in it. */
  readonly text: string;
}

/** Reads all TypeScript files below a folder, in the order of their paths. */
export async function readSources(root: string): Promise<SourceFile[]> {
  const sources: SourceFile[] = [];
  const walk = async (folder: string): Promise<void> => {
    for await (const entry of Deno.readDir(`${root}/${folder}`)) {
      const path = folder + entry.name;
      if (entry.isDirectory) {
        if (!NO_SOURCES.has(entry.name)) await walk(`${path}/`);
      } else if (entry.isFile && path.endsWith(".ts")) {
        const text = await Deno.readTextFile(`${root}/${path}`);
        sources.push({ path, text });
      }
    }
  };
  await walk("");
  return sources.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** The folder of a path: `""` for one that is in no folder. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}
