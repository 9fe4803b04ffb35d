/** Whole numbers that must fit a machine word (admission-rules PARSE-4). */

export const MAX_UNSIGNED_32 = 4_294_967_295;

/** Whether a whole number is 0..4294967295. */
export const fitsUnsigned32 = (value: number): boolean => value >= 0 && value <= MAX_UNSIGNED_32;
