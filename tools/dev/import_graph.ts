import { folderOf, type SourceFile } from "./source_tree.ts";

/** For each file, the files of the project that it imports. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const IMPORTS = [
  // import x from "...", export * from "...", and both with `type`.
  /^(?:import|export)\b[^"';]*?\bfrom\s*"([^"]+)"/gm,
  // import "..."
  /^import\s*"([^"]+)"/gm,
  // import("..."), of a module or of a type in it.
  /\bimport\(\s*"([^"]+)"/g,
];

const COMMENT_LINE = /^\s*(?:\/\/|\/\*|\*).*$/gm;

/**
 * Reads the imports of files: the relative ones, among them those of types alone
 * and `import()`. Examples in comments don't count.
 */
export function readImports(sources: readonly SourceFile[]): ImportGraph {
  return new Map(sources.map(({ path, text }) => {
    const code = text.replace(COMMENT_LINE, "");
    const targets = new Set<string>();
    for (const pattern of IMPORTS) {
      for (const [, specifier] of code.matchAll(pattern)) {
        if (specifier!.startsWith(".")) targets.add(resolve(path, specifier!));
      }
    }
    return [path, [...targets].sort()];
  }));
}

function resolve(from: string, specifier: string): string {
  const { pathname } = new URL(specifier, `file:///${folderOf(from)}/`);
  return decodeURIComponent(pathname).replace(/^\/+/, "");
}

/**
 * Finds circles of imports. For each group of files that can reach one another it
 * gives one circle, as a list that begins and ends with the same file.
 */
export function findCircles(graph: ImportGraph): string[][] {
  return groups(graph).map((group) => shortestCircle(graph, group));
}

/**
 * The groups of files in which each file can reach every other (Tarjan's
 * algorithm).
 */
function groups(graph: ImportGraph): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (file: string): void => {
    const index = order.size;
    order.set(file, index);
    low.set(file, index);
    stack.push(file);
    for (const target of graph.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      if (!stack.includes(target)) continue;
      low.set(file, Math.min(low.get(file)!, low.get(target)!));
    }
    if (low.get(file) !== index) return;
    const group = stack.splice(stack.indexOf(file));
    const itself = graph.get(file)?.includes(file);
    if (group.length > 1 || itself) found.push(group);
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return found;
}

/** The shortest way from the first file of a group, in the order of paths, back to itself. */
function shortestCircle(graph: ImportGraph, group: string[]): string[] {
  const start = group.toSorted()[0]!;
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const target of graph.get(file) ?? []) {
      if (target === start) {
        const way = [start];
        for (let at = file; at !== start; at = cameFrom.get(at)!) {
          way.unshift(at);
        }
        return [start, ...way];
      }
      if (!group.includes(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, file);
      queue.push(target);
    }
  }
  return [start];
}
