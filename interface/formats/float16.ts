// Math.f16round, and getFloat16 and setFloat16 of a DataView, are missing in Node 22.

/** The exponent of the smallest float of 16 bits that isn't subnormal. */
const MIN_EXPONENT = -14;
const MAX_EXPONENT = 15;
const NAN = 0x7e00;
const INFINITE = 0x7c00;

const view = new DataView(new ArrayBuffer(4));

/** The float of 16 bits that holds a number exactly, as its bits; null if none does. */
export function toFloat16Bits(value: number): number | null {
  if (Number.isNaN(value)) return NAN;
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  if (view.getFloat32(0) !== value) return null;
  const sign = (bits >>> 16) & 0x8000;
  if (value === 0) return sign;
  if (!Number.isFinite(value)) return sign | INFINITE;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  const fraction = bits & 0x7f_ffff;
  if (exponent > MAX_EXPONENT) return null;
  if (exponent >= MIN_EXPONENT) {
    if ((fraction & 0x1fff) !== 0) return null;
    return sign | ((exponent + 15) << 10) | (fraction >> 13);
  }
  // Subnormal: the leading 1 is part of the fraction, and moves right.
  const shift = 13 + MIN_EXPONENT - exponent;
  const whole = fraction | 0x80_0000;
  if (shift > 23 || (whole & ((1 << shift) - 1)) !== 0) return null;
  return sign | (whole >> shift);
}

/** The number that the bits of a float of 16 bits stand for. */
export function fromFloat16Bits(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
