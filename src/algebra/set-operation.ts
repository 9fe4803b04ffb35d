/**
 * A set operation, told by whether a member of the first and of the second set is in the result. What is in neither
 * is never in the result.
 */
export type SetOperation = (inFirst: boolean, inSecond: boolean) => boolean;

export const UNION: SetOperation = (inFirst, inSecond) => inFirst || inSecond;
export const INTERSECTION: SetOperation = (inFirst, inSecond) => inFirst && inSecond;
export const DIFFERENCE: SetOperation = (inFirst, inSecond) => inFirst && !inSecond;
