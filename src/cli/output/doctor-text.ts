/** `doctor` for people: a line a check, and below it what to do. */
import { CHECK_IDS, type Check } from '../../app/doctor/check.js';
import { escapeControls } from '../../model/text.js';

const WIDTH = Math.max(...CHECK_IDS.map((id) => id.length));

export const doctorText = (checks: readonly Check[]): string =>
  checks
    .map(({ id, status, text, fix }) => {
      const line = `${status.padEnd(4)}  ${id.padEnd(WIDTH)}  ${escapeControls(text)}\n`;
      return fix === undefined ? line : `${line}      ${' '.repeat(WIDTH)}  fix: ${escapeControls(fix)}\n`;
    })
    .join('');
