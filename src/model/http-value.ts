/** Paths and status codes as Linkerd's route model takes them (admission-rules HR-3, HR-7, HR-8). */

/** Whether an exact or prefix path, or the path of a redirect, begins with a slash. */
export const isAbsolutePath = (path: string): boolean => path.startsWith('/');

/** 100..999. */
export const isStatusCode = (code: number): boolean => code >= 100 && code <= 999;
