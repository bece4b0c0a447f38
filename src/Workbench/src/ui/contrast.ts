// How a label's colour stands out in both themes, as the style sheet uses it: a tint behind the text and a line under it. Pure.

export const themes = {
  light: { surface: "#ffffff", ink: "#17232a", tint: 0.2, purity: 1 },
  dark: { surface: "#172126", ink: "#e4ecef", tint: 0.34, purity: 0.62 },
} as const;

export type Theme = keyof typeof themes;

type Rgb = readonly [number, number, number];

const rgbOf = (hex: string): Rgb => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255) as unknown as Rgb;
const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const gamma = (part: number) => (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055);

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map(linear) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const blend = (above: Rgb, below: Rgb, share: number) => above.map((part, index) => part * share + below[index]! * (1 - share)) as unknown as Rgb;

/** Ottosson's oklab, in which the style sheet mixes. */
function oklabOf(colour: Rgb): Rgb {
  const [r, g, b] = colour.map(linear) as unknown as Rgb;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Rgb): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => gamma(Math.min(1, Math.max(0, part)))) as unknown as Rgb;
}

/** Of the text upon the tint, which needs 4.5, and of the line beside the page, which needs 3 (WCAG 2.2, 1.4.3 and 1.4.11). */
export function labelContrast(colour: string, theme: Theme): { text: number; line: number } {
  const { surface, ink, tint, purity } = themes[theme];
  const label = rgbOf(colour);
  const line = purity === 1 ? label : fromOklab(blend(oklabOf(label), oklabOf([1, 1, 1]), purity));
  return { text: ratio(rgbOf(ink), blend(label, rgbOf(surface), tint)), line: ratio(line, rgbOf(surface)) };
}

export const hexColour = /^#[0-9a-f]{6}$/i;

/** In words what is hard to see about a colour; empty when nothing is. */
export function contrastWarnings(colour: string): string[] {
  if (!hexColour.test(colour)) return [];
  return (Object.keys(themes) as Theme[]).flatMap((theme) => {
    const { text, line } = labelContrast(colour, theme);
    return [
      ...(text < 4.5 ? [`text upon it is hard to read in the ${theme} theme (${text.toFixed(1)} : 1, 4.5 needed)`] : []),
      ...(line < 3 ? [`its line is hard to see in the ${theme} theme (${line.toFixed(1)} : 1, 3 needed)`] : []),
    ];
  });
}
