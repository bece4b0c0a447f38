/** "240,000 of 1,000,000 changed, 60,000 a second, about 13 s left." What is not known yet is left out. */
export function progressWords(
  done: number,
  total: number,
  what: string,
  perSecond: number | null | undefined,
  secondsLeft: number | null | undefined,
): string {
  const counted = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${what}`;
  const rate = perSecond ? `, ${Math.max(1, Math.round(perSecond)).toLocaleString("en")} a second` : "";
  return `${counted}${rate}${secondsLeft == null ? "" : `, about ${timeWords(secondsLeft)} left`}.`;
}

function timeWords(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  return whole < 120 ? `${whole} s` : `${Math.ceil(whole / 60)} min`;
}
