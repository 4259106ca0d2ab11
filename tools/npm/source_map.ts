/** A part of a bundle, and the source that it comes from. */
export interface Piece {
  readonly source: string;
  readonly code: string;
}

const DIGITS =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const MAP = /\n?\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/;

/** Cuts a bundle, which ends with its source map, into pieces of one source each. */
export function piecesOf(bundle: string): Piece[] {
  const found = MAP.exec(bundle);
  if (found === null) throw new TypeError("The bundle has no source map");
  const { sources, mappings } = JSON.parse(atob(found[1]!));
  const lines = bundle.slice(0, found.index).split("\n");
  const pieces: Piece[] = [];
  let source = 0;
  for (const [number, segments] of String(mappings).split(";").entries()) {
    const line = lines[number]!;
    let column = 0;
    let from = 0;
    const cut = (to: number): void => {
      const code = line.slice(from, to);
      if (code !== "") pieces.push({ source: sources[source], code });
      from = to;
    };
    for (const segment of segments.split(",")) {
      if (segment === "") continue;
      const [columns = 0, others = 0] = numbersOf(segment);
      column += columns;
      if (others === 0) continue;
      cut(column);
      source += others;
    }
    cut(line.length);
  }
  return pieces;
}

/** The numbers of a segment, in base 64 with the sign in the lowest bit. */
function numbersOf(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const char of segment) {
    const digit = DIGITS.indexOf(char);
    value += (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
