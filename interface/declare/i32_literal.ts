/** @internal What stands in the place of a digit that is smaller. */
export interface Smaller {
  readonly "0": never;
  readonly "1": "0";
  readonly "2": "0" | "1";
  readonly "3": "0" | "1" | "2";
  readonly "4": "0" | "1" | "2" | "3";
  readonly "6": "0" | "1" | "2" | "3" | "4" | "5";
  readonly "7": "0" | "1" | "2" | "3" | "4" | "5" | "6";
  readonly "8": "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7";
}

/** @internal Whether digits are at most as large as a limit of the same length. */
export type AtMost<Digits extends string, Limit extends string> = Limit extends
  `${infer L extends keyof Smaller}${infer LimitRest}`
  ? Digits extends `${infer D}${infer Rest}`
    ? D extends L ? AtMost<Rest, LimitRest>
    : D extends Smaller[L] ? true
    : false
  : true
  : true;

/** @internal Whether the digits of an integer make a number up to a limit of ten digits. */
export type Fits<Digits extends string, Limit extends string> = Digits extends
  `${infer _1}${infer _2}${infer _3}${infer _4}${infer _5}${infer _6}${infer _7}${infer _8}${infer _9}${infer Rest}`
  ? Rest extends "" ? true
  : Rest extends `${infer _10}${infer More}`
    ? More extends "" ? AtMost<Digits, Limit> : false
  : false
  : true;

/** @internal Whether a literal number is an integer from -2^31 to 2^31 - 1. */
export type IsI32<N extends number> = `${N}` extends `${bigint}`
  ? `${N}` extends `-${infer Digits}` ? Fits<Digits, "2147483648">
  : Fits<`${N}`, "2147483647">
  : false;

/** @internal The ids that peers of this library use among themselves. */
export type ReservedId =
  | -2147483648
  | -2147483647
  | -2147483646
  | -2147483645
  | -2147483644
  | -2147483643
  | -2147483642
  | -2147483641
  | -2147483640
  | -2147483639
  | -2147483638
  | -2147483637
  | -2147483636
  | -2147483635
  | -2147483634
  | -2147483633;

/** @internal A digit. */
export type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";

/** @internal Integers of up to three digits as text, which most ids are. */
export type ShortId = Digit | `${Digit}${Digit}` | `${Digit}${Digit}${Digit}`;
