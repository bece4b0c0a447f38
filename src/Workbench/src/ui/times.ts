// Days and hours as the reader's own language writes them, with months in words: 11/12 is two days.

const format = (options: Intl.DateTimeFormatOptions) => {
  const made = new Intl.DateTimeFormat(undefined, options);
  return (at: string | number) => made.format(new Date(at));
};

export const onDay = format({ dateStyle: "medium" });
export const atMinute = format({ dateStyle: "medium", timeStyle: "short" });
export const atSecond = format({ dateStyle: "medium", timeStyle: "medium" });
/** Of today. */
export const atHour = format({ timeStyle: "short" });
