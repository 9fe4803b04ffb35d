/** Calendar days as `YYYY-MM-DD`; which day it is comes from outside. */

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

const lengthOf = (year: number, month: number): number | undefined => {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
};

/** Whether `text` is a day of the calendar. */
export function isDay(text: string): boolean {
  const [, year, month, day] = DAY.exec(text) ?? [];
  const days = year === undefined ? undefined : lengthOf(Number(year), Number(month));
  return days !== undefined && Number(day) >= 1 && Number(day) <= days;
}

/** The day `days` after `day`. */
export function dayAfter(day: string, days: number): string {
  let [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  date += days;
  for (let length = lengthOf(year, month) ?? 31; date > length; length = lengthOf(year, month) ?? 31) {
    date -= length;
    month += 1;
    if (month > 12) [year, month] = [year + 1, 1];
  }
  const pad = (value: number, width: number): string => String(value).padStart(width, '0');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`;
}
